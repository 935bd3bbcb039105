"""What peerings are called. A peering carries no tags: its name is what says that it is ours."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from string import Formatter

from ..model.ids import VnetId
from ..model.observed import Vnet

DEFAULT_TEMPLATE = "peer-{local}-{remote}"
TEMPLATE_FORMAT = (
    "up to 60 letters, digits, '_', '.' and '-' with {local} and {remote}, and optionally {local_group} and "
    f"{{remote_group}}, such as {DEFAULT_TEMPLATE}; it begins with a letter, digit, '_' or placeholder and ends "
    "with one, too"
)
_FIELDS = {"local", "remote", "local_group", "remote_group"}
_MAX_CHARACTERS = 80
_MAX_TEMPLATE_CHARACTERS = 60
_HASH_CHARACTERS = 8
_illegal = re.compile(r"[^A-Za-z0-9_.-]")
_legal = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTemplate:
    """How a peering's name is made from its two networks. Text from outside goes through `parse`."""

    text: str = DEFAULT_TEMPLATE

    @classmethod
    def parse(cls, text: str) -> "NameTemplate":
        """Raises `ValueError` for a template that could give a name Azure refuses."""
        try:
            parts = list(Formatter().parse(text))
        except ValueError as error:
            raise ValueError(f"is not a template ({error}), accepted are {TEMPLATE_FORMAT}") from error
        fields = {field for _, field, _, _ in parts if field is not None}
        plain = all(not spec and conversion is None for _, _, spec, conversion in parts)
        if not plain or not {"local", "remote"} <= fields <= _FIELDS or len(text) > _MAX_TEMPLATE_CHARACTERS:
            raise ValueError(f"is not a template, accepted are {TEMPLATE_FORMAT}")
        if not _legal.fullmatch(text.format_map(dict.fromkeys(_FIELDS, "x"))):
            raise ValueError(f"gives names that Azure refuses, accepted are {TEMPLATE_FORMAT}")
        return cls(text=text)

    def names(self, local: VnetId, remote: VnetId) -> Iterator[str]:
        """The names a peering may have, the preferred one first; only the last, with a hash, is sure to be unique."""
        text = self.text.format(
            local=local.name,
            remote=remote.name,
            local_group=_legal_part(local.group),
            remote_group=_legal_part(remote.group),
        )
        if len(text) <= _MAX_CHARACTERS:
            yield text
        digest = sha256(str(remote).lower().encode()).hexdigest()[:_HASH_CHARACTERS]
        yield f"{text[: _MAX_CHARACTERS - _HASH_CHARACTERS - 1].rstrip('.-')}-{digest}"

    def is_ours(self, name: str, local: VnetId, remote: VnetId) -> bool:
        return name.lower() in (own.lower() for own in self.names(local, remote))

    def choose(self, local: Vnet, remote: VnetId, taken: Collection[str] = ()) -> str:
        """The first name that no peering of `local` to another network has, nor any in `taken` (lower case)."""
        for name in self.names(local.id, remote):
            half = local.peering_called(name)
            if name.lower() not in taken and (half is None or half.remote == remote):
                break
        return name


def _legal_part(group: str) -> str:
    """Groups may be called what peerings may not."""
    return _illegal.sub("_", group).strip(".-") or "_"
