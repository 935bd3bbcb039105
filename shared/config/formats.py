"""Parsers of single values of settings and documents. Each raises `ValueError` that says what is accepted."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from enum import StrEnum

from ..model.ids import VNET_ID_FORMAT, VnetId, is_guid

GUID_FORMAT = "a GUID such as 00000000-0000-0000-0000-000000000000"
LOCATION_FORMAT = "an Azure region such as swedencentral or Sweden Central"


def parse_guid(text: str) -> str:
    if not is_guid(text):
        raise ValueError(f"is not a GUID, accepted is {GUID_FORMAT}")
    return text.lower()


def parse_vnet_id(text: str) -> VnetId:
    try:
        return VnetId.parse(text)
    except ValueError as error:
        raise ValueError(f"is not a virtual network ID, accepted is {VNET_ID_FORMAT}") from error


def parse_location(text: str) -> str:
    name = text.replace(" ", "").lower()
    if not re.fullmatch("[a-z][a-z0-9]+", name):
        raise ValueError(f"is not a region, accepted is {LOCATION_FORMAT}")
    return name


def one_of[Choice: StrEnum](kind: type[Choice]) -> Callable[[str], Choice]:
    def parse(text: str) -> Choice:
        try:
            return kind(text.lower())
        except ValueError:
            raise ValueError(f"is not known, accepted is {' or '.join(kind)}") from None

    return parse


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to end a message with, or nothing where no known word is close."""
    folded = {_fold(name): name for name in known}
    close = get_close_matches(_fold(word), folded, n=1)
    return f"; did you mean '{folded[close[0]]}'?" if close else ""


def _fold(word: str) -> str:
    return re.sub("[-_ ]", "", word).lower()
