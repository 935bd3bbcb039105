"""The list of functions shown at the start."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from devhost.hosting import HostedFunction
from devhost.routes import Route
from devhost.schedules import Schedule


def listing(functions: Sequence[HostedFunction], url: str) -> str:
    return "\n".join(("Functions:", *(f"    {line}" for line in _lines(functions, url))))


def _lines(functions: Sequence[HostedFunction], url: str) -> Iterator[str]:
    for hosted in functions:
        if hosted.problem:
            yield f"{hosted.name}: in error: {hosted.problem}"
        elif hosted.is_disabled:
            yield f"{hosted.name}: disabled"
        else:
            yield f"{hosted.name}: {_trigger(hosted, url)}"


def _trigger(hosted: HostedFunction, url: str) -> str:
    match hosted.source:
        case Route(template=template, methods=methods):
            return f"[{','.join(sorted(methods)) or 'ALL'}] {url}/{template}"
        case Schedule(text=text):
            return f"timer {text}"
        case None:
            return f"Event Grid {url}/runtime/webhooks/EventGrid?functionName={quote(hosted.name)}"
