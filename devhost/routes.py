"""Route templates of HTTP triggers, as far as ASP.NET Core's are of use to Python apps.

Literals in any case, `{x}`, `{x?}`, `{*x}` and `{x:int}`. More specific routes come first, whatever their order in
the app: https://github.com/Azure/azure-webjobs-sdk-extensions,
`src/WebJobs.Extensions.Http/WebJobsRouteBuilder.cs`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARAMETER = re.compile(r"\{(?P<star>\*{0,2})(?P<name>\w+)(?P<constraint>:int)?(?P<optional>\?)?\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A route template with the app's prefix before it, and the methods it is for."""

    template: str
    methods: frozenset[str]
    names: tuple[str, ...]
    pattern: re.Pattern[str]
    rank: tuple[tuple[int, str], ...]
    """Sorts the more specific of two routes first."""

    @classmethod
    def parse(cls, prefix: str, template: str, methods: frozenset[str] = frozenset()) -> "Route":
        whole = f"{prefix}/{template}".strip("/")
        segments = whole.split("/")
        return cls(
            template=whole,
            methods=methods,
            names=tuple(match["name"] for match in _PARAMETER.finditer(whole)),
            pattern=re.compile("".join(map(_segment_pattern, segments)) + "/?", re.IGNORECASE),
            rank=(*map(_segment_rank, segments), (3, "")),
        )

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The values of the parameters, if the request fits. An optional one left out is not among them."""
        if self.methods and method not in self.methods:
            return None
        if found := self.pattern.fullmatch(path):
            return {name: value for name, value in zip(self.names, found.groups(), strict=True) if value}
        return None


def _segment_pattern(segment: str) -> str:
    match = _PARAMETER.fullmatch(segment)
    if match and match["star"]:
        return "(?:/(.*))?"
    if match and match["optional"]:
        return f"(?:/({_value_pattern(match)}))?"
    return "/" + "".join(_pieces(segment))


def _pieces(segment: str) -> Iterator[str]:
    end = 0
    for match in _PARAMETER.finditer(segment):
        yield _literal(segment[end : match.start()])
        yield f"({_value_pattern(match)})"
        end = match.end()
    yield _literal(segment[end:])


def _literal(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError(
            f"{text!r} in the route is not understood here: use {{x}}, {{x?}}, {{*x}} or {{x:int}}"
        )
    return re.escape(text)


def _value_pattern(match: re.Match[str]) -> str:
    return r"[+-]?\d+" if match["constraint"] else "[^/]+"


def _segment_rank(segment: str) -> tuple[int, str]:
    match _PARAMETER.match(segment):
        case None:
            return 0, segment.lower()
        case parameter if parameter["constraint"]:
            return 1, ""
        case _:
            return 2, ""
