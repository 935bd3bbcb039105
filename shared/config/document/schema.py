"""How a topology document is written: its keys, what each accepts, and what it means."""

import re
from datetime import time
from ipaddress import ip_network
from zoneinfo import ZoneInfo, available_timezones

from ...model.ids import VNET_ID_FORM
from ..formats import (
    GUID_FORM,
    LOCATION_FORM,
    did_you_mean,
    one_of,
    parse_guid,
    parse_location,
    parse_vnet_id,
)
from .fields import Flag, Form, Key, Record, Several, Tags, Text, Whole
from .model import DEFAULT_TAG_PREFIX, Day, Limits, Unselected

_NAME_FORM = "up to 64 letters, digits, '-' and '_'"
_GLOB_FORM = "up to 90 characters that Azure allows in names, with * for any text and ? for a character"
_TAG_NAME_FORM = r"the name of a tag: up to 512 characters, none of < > % & \ ? /"
_TAG_VALUE_FORM = "up to 256 characters, with * for any text and ? for a character"
_PREFIX_FORM = "up to 64 letters, digits and . _ - : such as peering-"
_RANGE_FORM = "a range such as 10.0.0.0/8 or fd00::/8"
_TIME_FORM = "hours and minutes from 00:00 to 24:00"
_ZONE_FORM = "a time zone of the IANA database such as Europe/Stockholm"


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
        raise ValueError(f"is not an address range{why}, accepted is {_RANGE_FORM}") from error


def _parse_minutes(text: str) -> int:
    if text == "24:00":
        return 24 * 60
    try:
        found = time.fromisoformat(text) if re.fullmatch("[0-9]{2}:[0-9]{2}", text, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"is not a time of day, accepted is {_TIME_FORM}")
    return found.hour * 60 + found.minute


def _parse_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError) as error:
        hint = did_you_mean(text, available_timezones())
        raise ValueError(f"is not a time zone, accepted is {_ZONE_FORM}{hint}") from error
    return text


_guid = Text(
    parse=parse_guid,
    accepted=GUID_FORM,
    pattern={"pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
)
_location = Text(
    parse=parse_location,
    accepted=LOCATION_FORM,
    pattern={"pattern": "^ *[A-Za-z] *[A-Za-z0-9][A-Za-z0-9 ]*$"},
)
_vnet_id = Text(
    parse=parse_vnet_id,
    accepted=VNET_ID_FORM,
    pattern={"pattern": "^/[Ss][^/]+/[^/]+/[Rr][^/]+/[^/]+/[Pp][^/]+/[^/]+/[Vv][^/]+/[^/]+$"},
)
_range = Text(parse=_parse_range, accepted=_RANGE_FORM, pattern={"pattern": "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"})
_minutes = Text(
    parse=_parse_minutes,
    accepted=_TIME_FORM,
    pattern={"pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
)
_zone = Text(parse=_parse_zone, accepted=_ZONE_FORM, pattern={"minLength": 1})
_name = _pattern("[A-Za-z0-9_-]{1,64}", "is not a hub's name", _NAME_FORM)
_hub_name = _pattern("[A-Za-z0-9_-]{1,64}", "is not a hub's name", "the name of one of the hubs")
_glob = _pattern(r"[^\s\[\]{}/\\,;:]{1,90}", "is not a name or glob", _GLOB_FORM)
_prefix = _pattern("[A-Za-z0-9._:-]{1,64}", "is not a prefix of tags", _PREFIX_FORM)
_tags = Tags(
    name=_pattern(r"[^<>%&\\?/]{1,512}", "is not the name of a tag", _TAG_NAME_FORM),
    value=_pattern("[^\\n]{1,256}", "is not the value of a tag", _TAG_VALUE_FORM),
)


def _choice(kind: type[Unselected] | type[Day]) -> Text:
    return Text(parse=one_of(kind), accepted=" or ".join(kind), pattern={"enum": [str(one) for one in kind]})


def _any(form: Form) -> Several:
    return Several(item=form, or_one=True)


_CONDITIONS = (
    Key("subscription", _any(_guid), "Subscriptions that the network is in"),
    Key("resourceGroup", _any(_glob), "Names of its resource group, as globs; case does not count"),
    Key("name", _any(_glob), "Names of the network, as globs; case does not count"),
    Key("location", _any(_location), "Regions"),
    Key("tags", _tags, "Tags that it has, all of them; values are globs, and case does not count"),
    Key("addressSpace", _any(_range), "Ranges within which all of its address space lies"),
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
        Key("regions", Several(item=_location), "Regions whose spokes it serves"),
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
            Several(
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
            Several(item=Record(what="a rule", keys=_CONDITIONS, restrictions=_SOME_CONDITION)),
            "Networks that are not, whatever `include` says",
        ),
    ),
)

_DEFAULT = Limits()
_LIMITS = Record(
    what="limits",
    keys=(
        Key("deletions", Whole(low=0, high=500), "Peerings that one run may delete", _DEFAULT.deletions),
        Key(
            "deletionsPercent",
            Whole(low=0, high=100),
            "The same as a part of the hub's peerings, rounded up; the lesser of the two counts",
            _DEFAULT.deletions_percent,
        ),
        Key(
            "changes", Whole(low=1, high=10000), "Changes of any kind that one run may make; else any number"
        ),
    ),
)

_WINDOW = Record(
    what="a change window",
    keys=(
        Key("days", Several(item=_choice(Day)), "Days on which it starts; else every day"),
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
            Several(item=_guid),
            "Its subscriptions that are reached that way",
            required=True,
        ),
    ),
)

TOPOLOGY = Record(
    what="a topology",
    keys=(
        Key("hubs", Several(item=_HUB), "The hubs", required=True),
        Key(
            "defaultHub",
            _hub_name,
            "The hub of spokes that nothing else gives one; a single hub is it anyway",
        ),
        Key("mesh", Flag(), "Whether the hubs are peered with each other, each with each", default=False),
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
            Several(item=_WINDOW),
            "Outside of these, things are only added and restored; else any time",
        ),
        Key(
            "subscriptions",
            Several(item=_guid),
            "The subscriptions looked after, the default one first; else the deployment's own",
        ),
        Key(
            "tenants", Several(item=_TENANT), "Tenants to sign in to as an application: docs/cross-tenant.md"
        ),
    ),
)


def json_schema() -> dict[str, object]:
    """What editors complete and check by."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Interlinked topology",
        "description": "Which virtual networks are hubs and spokes, and the brakes on changing their peerings",
        **TOPOLOGY.schema,
    }
