"""How a topology document is written: its keys, what each accepts, and what it means."""

import re
from datetime import time
from ipaddress import ip_network
from zoneinfo import ZoneInfo, available_timezones

from ...model.ids import VNET_ID_FORMAT
from ..formats import (
    GUID_FORMAT,
    LOCATION_FORMAT,
    did_you_mean,
    one_of,
    parse_guid,
    parse_location,
    parse_vnet_id,
)
from .fields import Boolean, Integer, Key, ListOf, Record, Tags, Text, ValueType
from .model import DEFAULT_TAG_PREFIX, Day, Limits, Unselected

_NAME_FORMAT = "up to 64 letters, digits, '-' and '_'"
_GLOB_FORMAT = "up to 90 characters that Azure allows in names, with * for any text and ? for a character"
_TAG_NAME_FORMAT = r"the name of a tag: up to 512 characters, none of < > % & \ ? /"
_TAG_VALUE_FORMAT = "up to 256 characters, with * for any text and ? for a character"
_PREFIX_FORMAT = "up to 64 letters, digits and . _ - : such as peering-"
_RANGE_FORMAT = "a range such as 10.0.0.0/8 or fd00::/8"
_TIME_FORMAT = "hours and minutes from 00:00 to 24:00"
_ZONE_FORMAT = "a time zone of the IANA database such as Europe/Stockholm"


def _pattern(pattern: str, wrong: str, accepted: str) -> Text:
    fits = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str:
        if not fits.fullmatch(text):
            raise ValueError(f"{wrong}, accepted is {accepted}")
        return text

    return Text(parse=parse, accepted=accepted, pattern={"pattern": f"^{pattern}$"})


def _parse_range(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        why = " (its address has bits beyond the prefix)" if "host bits" in str(error) else ""
        raise ValueError(f"is not an address range{why}, accepted is {_RANGE_FORMAT}") from error


def _parse_minutes(text: str) -> int:
    if text == "24:00":
        return 24 * 60
    try:
        found = time.fromisoformat(text) if re.fullmatch("[0-9]{2}:[0-9]{2}", text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"is not a time of day, accepted is {_TIME_FORMAT}")
    return found.hour * 60 + found.minute


def _parse_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError) as error:
        hint = did_you_mean(text, available_timezones())
        raise ValueError(f"is not a time zone, accepted is {_ZONE_FORMAT}{hint}") from error
    return text


_guid = Text(
    parse=parse_guid,
    accepted=GUID_FORMAT,
    pattern={"pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
)
_location = Text(
    parse=parse_location,
    accepted=LOCATION_FORMAT,
    pattern={"pattern": "^ *[A-Za-z] *[A-Za-z0-9][A-Za-z0-9 ]*$"},
)
_vnet_id = Text(
    parse=parse_vnet_id,
    accepted=VNET_ID_FORMAT,
    pattern={"pattern": "^/[Ss][^/]+/[^/]+/[Rr][^/]+/[^/]+/[Pp][^/]+/[^/]+/[Vv][^/]+/[^/]+$"},
)
_range = Text(
    parse=_parse_range, accepted=_RANGE_FORMAT, pattern={"pattern": "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"}
)
_minutes = Text(
    parse=_parse_minutes,
    accepted=_TIME_FORMAT,
    pattern={"pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
)
_zone = Text(parse=_parse_zone, accepted=_ZONE_FORMAT, pattern={"minLength": 1})
_name = _pattern("[A-Za-z0-9_-]{1,64}", "is not a hub's name", _NAME_FORMAT)
_hub_name = _pattern("[A-Za-z0-9_-]{1,64}", "is not a hub's name", "the name of one of the hubs")
_glob = _pattern(r"[^\s\[\]{}/\\,;:]{1,90}", "is not a name or glob", _GLOB_FORMAT)
_prefix = _pattern("[A-Za-z0-9._:-]{1,64}", "is not a prefix of tags", _PREFIX_FORMAT)
_tags = Tags(
    name=_pattern(r"[^<>%&\\?/]{1,512}", "is not the name of a tag", _TAG_NAME_FORMAT),
    value=_pattern("[^\\n]{1,256}", "is not the value of a tag", _TAG_VALUE_FORMAT),
)


def _choice(kind: type[Unselected] | type[Day]) -> Text:
    return Text(parse=one_of(kind), accepted=" or ".join(kind), pattern={"enum": [str(one) for one in kind]})


def _one_or_list(item: ValueType) -> ListOf:
    return ListOf(item=item, or_one=True)


_CONDITIONS = (
    Key("subscription", _one_or_list(_guid), "Subscriptions that the network is in"),
    Key("resourceGroup", _one_or_list(_glob), "Names of its resource group, as globs; case does not count"),
    Key("name", _one_or_list(_glob), "Names of the network, as globs; case does not count"),
    Key("location", _one_or_list(_location), "Regions"),
    Key("tags", _tags, "Tags that it has, all of them; values are globs, and case does not count"),
    Key("addressSpace", _one_or_list(_range), "Ranges within which all of its address space lies"),
)
CONDITION_NAMES = tuple(key.name for key in _CONDITIONS)
_SOME_CONDITION = {"anyOf": [{"required": [name]} for name in CONDITION_NAMES]}

_HUB = Record(
    what="a hub",
    keys=(
        Key("name", _name, "What the document and tags call it", required=True),
        Key("id", _vnet_id, "Its resource ID, which leaves nothing to guess"),
        Key("location", _location, "Without `id`: the region in which it is the only network"),
        Key("tags", _tags, "Without `id`: tags that only it has, or only it in `location`"),
        Key("subscription", _guid, "Where `location` and `tags` look, if not in `subscriptions`"),
        Key("ifSeveral", _tags, "Tags that decide where several networks fit, and not where one does"),
        Key("regions", ListOf(item=_location), "Regions whose spokes it serves"),
    ),
    restrictions={
        "oneOf": [
            {
                "required": ["id"],
                "properties": dict.fromkeys(("location", "tags", "subscription", "ifSeveral"), False),
            },
            {"anyOf": [{"required": ["location"]}, {"required": ["tags"]}], "properties": {"id": False}},
        ]
    },
)

_SPOKES = Record(
    what="rules",
    keys=(
        Key(
            "include",
            ListOf(
                item=Record(
                    what="a rule",
                    keys=(*_CONDITIONS, Key("hub", _hub_name, "The hub of these spokes")),
                    restrictions=_SOME_CONDITION,
                )
            ),
            "Networks that are spokes; the first rule that fits counts. Without it, every network is one",
        ),
        Key(
            "exclude",
            ListOf(item=Record(what="a rule", keys=_CONDITIONS, restrictions=_SOME_CONDITION)),
            "Networks that are not, whatever `include` says",
        ),
    ),
)

_DEFAULT = Limits()
_LIMITS = Record(
    what="limits",
    keys=(
        Key("deletions", Integer(low=0, high=500), "Peerings that one run may delete", _DEFAULT.deletions),
        Key(
            "deletionsPercent",
            Integer(low=0, high=100),
            "The same as a part of the hub's peerings, rounded up; the lesser of the two counts",
            _DEFAULT.deletions_percent,
        ),
        Key(
            "changes",
            Integer(low=1, high=10000),
            "Changes of any kind that one run may make; else any number",
        ),
    ),
)

_WINDOW = Record(
    what="a change window",
    keys=(
        Key("days", ListOf(item=_choice(Day)), "Days on which it starts; else every day"),
        Key("start", _minutes, "When it opens, such as 22:00", required=True),
        Key("end", _minutes, "When it closes; on the next day if earlier than `start`", required=True),
        Key("timeZone", _zone, "Whose hours these are", "UTC"),
    ),
)

_TENANT = Record(
    what="a tenant",
    keys=(
        Key("id", _guid, "The tenant", required=True),
        Key("clientId", _guid, "The application to sign in as there", required=True),
        Key(
            "subscriptions",
            ListOf(item=_guid),
            "Its subscriptions that are reached that way",
            required=True,
        ),
    ),
)

TOPOLOGY = Record(
    what="a topology",
    keys=(
        Key("hubs", ListOf(item=_HUB), "The hubs", required=True),
        Key(
            "defaultHub",
            _hub_name,
            "The hub of spokes that nothing else gives one; a single hub is it anyway",
        ),
        Key("mesh", Boolean(), "Whether the hubs are peered with each other, each with each", default=False),
        Key("spokes", _SPOKES, "Which networks are spokes"),
        Key(
            "unselected",
            _choice(Unselected),
            "What becomes of our peerings of a network that the rules no longer make a spoke",
            str(Unselected.KEEP),
        ),
        Key("tagPrefix", _prefix, "What the tags begin with by which teams have a say", DEFAULT_TAG_PREFIX),
        Key("limits", _LIMITS, "How much one run may change without a person"),
        Key(
            "changeWindows",
            ListOf(item=_WINDOW),
            "Outside of these, things are only added and restored; else any time",
        ),
        Key(
            "subscriptions",
            ListOf(item=_guid),
            "The subscriptions looked after, the default one first; else the deployment's own",
        ),
        Key("tenants", ListOf(item=_TENANT), "Tenants to sign in to as an application: docs/cross-tenant.md"),
    ),
)


def json_schema() -> dict[str, object]:
    """What editors complete and check by."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Interlinked topology",
        "description": "Which virtual networks are hubs and spokes, and the limits on changing their peerings",
        **TOPOLOGY.schema,
    }
