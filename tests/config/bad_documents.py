"""Bad documents by what is wrong with them, each with what is said about it."""

from typing import Any

from tests.config.documents import EUS, HUBS, LEAST, NETWORKS, PROD, TEST, WEU

GUID = "a GUID such as 00000000-0000-0000-0000-000000000000"
REGION = "an Azure region such as swedencentral or Sweden Central"
VNET = "/subscriptions/<guid>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>"
KEYS = "hubs, defaultHub, mesh, spokes, unselected, tagPrefix, limits, changeWindows, subscriptions, tenants"
HUB_KEYS = "name, id, location, tags, subscription, ifSeveral, regions"
CONDITIONS = "subscription, resourceGroup, name, location, tags, addressSpace"
TAGS = "names of tags, each with its value, such as environment: prod"
TAG_VALUE = "up to 256 characters, with * for any text and ? for a character"
TAG_NAME = r"the name of a tag: up to 512 characters, none of < > % & \ ? /"
HUB_NAME = "up to 64 letters, digits, '-' and '_'"
GLOB = "up to 90 characters that Azure allows in names, with * for any text and ? for a character"
RANGE = "a range such as 10.0.0.0/8 or fd00::/8"
TIME = "hours and minutes from 00:00 to 24:00"
WAYS = "accepted is either id, or location, tags or both"
DAYS = "monday or tuesday or wednesday or thursday or friday or saturday or sunday"

TWO_HUBS = {"hubs": [{"name": "weu", "id": WEU}, {"name": "eus", "id": EUS}]}


def hub(**keys: Any) -> dict[str, Any]:
    return {"hubs": [keys]}


def two(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two hubs that are right but for these keys."""
    hubs = [{"name": "weu", "id": WEU}, {"name": "eus", "id": EUS}]
    return {
        "hubs": [
            {key: value for key, value in (hub | more).items() if value}
            for hub, more in zip(hubs, (first, second), strict=True)
        ]
    }


def include(**rule: Any) -> dict[str, Any]:
    return LEAST | {"spokes": {"include": [rule]}}


def window(**keys: Any) -> dict[str, Any]:
    return LEAST | {"changeWindows": [{"start": "01:00", "end": "02:00"} | keys]}


def tenants(*tenants: dict[str, Any]) -> dict[str, Any]:
    return LEAST | {"tenants": list(tenants)}


TENANT = {"id": TEST, "clientId": HUBS, "subscriptions": [HUBS]}

EXPRESSIBLE: dict[str, tuple[Any, str]] = {
    "not a mapping": (
        ["hubs"],
        f"document: a list of 1 is not a mapping, accepted is a topology with {KEYS}",
    ),
    "empty": (None, f"document: is empty, accepted is a topology with {KEYS}"),
    "text": ("hub", f"document: 'hub' is not a mapping, accepted is a topology with {KEYS}"),
    "misspelt key": (
        LEAST | {"subscription": [PROD]},
        f"subscription: is not known, accepted are {KEYS}; did you mean 'subscriptions'?",
    ),
    "key in another spelling": (
        LEAST | {"tag_prefix": "x-"},
        f"tag_prefix: is not known, accepted are {KEYS}; did you mean 'tagPrefix'?",
    ),
    "foreign key": (LEAST | {"xyz": 1}, f"xyz: is not known, accepted are {KEYS}"),
    "no hubs": ({}, f"hubs: is missing, accepted is a list, each entry a hub with {HUB_KEYS}"),
    "hubs without value": (
        {"hubs": None},
        f"hubs: is empty, accepted is a list, each entry a hub with {HUB_KEYS}",
    ),
    "empty hubs": (
        {"hubs": []},
        f"hubs: a list is empty, accepted is a list, each entry a hub with {HUB_KEYS}",
    ),
    "one hub without list": (
        {"hubs": LEAST["hubs"][0]},
        f"hubs: a mapping is not a list, accepted is a list, each entry a hub with {HUB_KEYS}",
    ),
    "hub as text": (
        {"hubs": [WEU]},
        f"hubs[0]: {WEU[:57] + '...' + WEU[-58:]!r} is not a mapping, accepted is a hub with {HUB_KEYS}",
    ),
    "hub without name": ({"hubs": [{"id": WEU}]}, f"hubs[0].name: is missing, accepted is {HUB_NAME}"),
    "hub's name with a blank": (
        hub(name="west europe", id=WEU),
        f"hubs[0].name: 'west europe' is not a hub's name, accepted is {HUB_NAME}",
    ),
    "hub's name as number": (
        hub(name=1, id=WEU),
        f"hubs[0].name: 1 is not text, accepted is {HUB_NAME}, in quotes",
    ),
    "hub not told": (
        hub(name="weu", regions=["westeurope"]),
        "hubs[0]: does not tell which network it is, accepted is id, location or tags",
    ),
    "hub by ID and location": (
        hub(name="weu", id=WEU, location="westeurope"),
        f"hubs[0].location: has no meaning beside id, {WAYS}",
    ),
    "hub by ID and tags": (
        hub(name="weu", id=WEU, tags={"a": "b"}),
        f"hubs[0].tags: has no meaning beside id, {WAYS}",
    ),
    "hub's ID and its subscription": (
        hub(name="weu", id=WEU, subscription=HUBS),
        f"hubs[0].subscription: has no meaning beside id, {WAYS}",
    ),
    "hub's ID and what decides": (
        hub(name="weu", id=WEU, ifSeveral={"a": "b"}),
        f"hubs[0].ifSeveral: has no meaning beside id, {WAYS}",
    ),
    "name for ID": (
        hub(name="weu", id="vnet-hub"),
        f"hubs[0].id: 'vnet-hub' is not a virtual network ID, accepted is {VNET}",
    ),
    "ID of a subnet": (
        hub(name="weu", id=f"{NETWORKS}/hub/subnets/a"),
        (
            f"hubs[0].id: {(NETWORKS + '/hub/subnets/a')[:57] + '...' + (NETWORKS + '/hub/subnets/a')[-58:]!r} "
            f"is not a virtual network ID, accepted is {VNET}"
        ),
    ),
    "location": (
        hub(name="weu", location="west-europe"),
        f"hubs[0].location: 'west-europe' is not a region, accepted is {REGION}",
    ),
    "hub's subscription by name": (
        hub(name="weu", location="westeurope", subscription="connectivity"),
        f"hubs[0].subscription: 'connectivity' is not a GUID, accepted is {GUID}",
    ),
    "no tags": (hub(name="weu", tags={}), f"hubs[0].tags: a mapping is empty, accepted is {TAGS}"),
    "tags as text": (
        hub(name="weu", tags="role=hub"),
        f"hubs[0].tags: 'role=hub' is not a mapping, accepted is {TAGS}",
    ),
    "name of a tag": (
        hub(name="weu", tags={"a/b": "c"}),
        f"hubs[0].tags.a/b: 'a/b' is not the name of a tag, accepted is {TAG_NAME}",
    ),
    "tag's value as number": (
        hub(name="weu", tags={"tier": 1}),
        f"hubs[0].tags.tier: 1 is not text, accepted is {TAG_VALUE}, in quotes",
    ),
    "tag's value as flag": (
        hub(name="weu", tags={"hub": True}),
        f"hubs[0].tags.hub: true is not text, accepted is {TAG_VALUE}, in quotes",
    ),
    "empty tag": (
        hub(name="weu", tags={"hub": ""}),
        f"hubs[0].tags.hub: '' is not the value of a tag, accepted is {TAG_VALUE}",
    ),
    "region twice": (
        hub(name="weu", id=WEU, regions=["westeurope", "westeurope"]),
        "hubs[0].regions[1]: 'westeurope' repeats hubs[0].regions[0], accepted is each only once",
    ),
    "regions as text": (
        hub(name="weu", id=WEU, regions="westeurope"),
        f"hubs[0].regions: 'westeurope' is not a list, accepted is a list, each entry {REGION}",
    ),
    "mesh as text": (
        TWO_HUBS | {"mesh": "yes"},
        "mesh: 'yes' is neither true nor false, accepted is true or false",
    ),
    "spokes as list": (
        LEAST | {"spokes": [{"name": "a"}]},
        "spokes: a list of 1 is not a mapping, accepted is rules with include, exclude",
    ),
    "empty include": (
        LEAST | {"spokes": {"include": []}},
        f"spokes.include: a list is empty, accepted is a list, each entry a rule with {CONDITIONS}, hub",
    ),
    "rule without condition": (
        include(hub="weu"),
        (
            f"spokes.include[0]: has no condition, accepted is at least one of {CONDITIONS}; "
            "name: '*' fits every network"
        ),
    ),
    "misspelt condition": (
        include(name="*", resourcegroup="rg"),
        (
            f"spokes.include[0].resourcegroup: is not known, accepted are {CONDITIONS}, hub; "
            "did you mean 'resourceGroup'?"
        ),
    ),
    "hub in exclude": (
        LEAST | {"spokes": {"exclude": [{"name": "a", "hub": "weu"}]}},
        f"spokes.exclude[0].hub: is not known, accepted are {CONDITIONS}",
    ),
    "glob with a blank": (
        include(name=["vnet-*", "a b"]),
        f"spokes.include[0].name[1]: 'a b' is not a name or glob, accepted is {GLOB}",
    ),
    "glob with a set": (
        include(name="vnet-[ab]"),
        f"spokes.include[0].name: 'vnet-[ab]' is not a name or glob, accepted is {GLOB}",
    ),
    "empty list of names": (
        include(name=[]),
        f"spokes.include[0].name: a list is empty, accepted is {GLOB}, or a list of such",
    ),
    "name as mapping": (
        include(name={"glob": "a"}),
        f"spokes.include[0].name: a mapping is not text, accepted is {GLOB}",
    ),
    "not a range": (
        include(addressSpace="all of 10"),
        f"spokes.include[0].addressSpace: 'all of 10' is not an address range, accepted is {RANGE}",
    ),
    "unselected": (
        LEAST | {"unselected": "delete"},
        "unselected: 'delete' is not known, accepted is keep or remove",
    ),
    "tag prefix": (
        LEAST | {"tagPrefix": "my tags/"},
        (
            "tagPrefix: 'my tags/' is not a prefix of tags, accepted is up to 64 letters, digits and . _ - : "
            "such as peering-"
        ),
    ),
    "deletions below zero": (
        LEAST | {"limits": {"deletions": -1}},
        "limits.deletions: -1 is out of range, accepted is a whole number from 0 to 500",
    ),
    "percentage": (
        LEAST | {"limits": {"deletionsPercent": 101}},
        "limits.deletionsPercent: 101 is out of range, accepted is a whole number from 0 to 100",
    ),
    "percentage as text": (
        LEAST | {"limits": {"deletionsPercent": "25%"}},
        "limits.deletionsPercent: '25%' is not a whole number, accepted is a whole number from 0 to 100",
    ),
    "part of a change": (
        LEAST | {"limits": {"changes": 1.5}},
        "limits.changes: 1.5 is not a whole number, accepted is a whole number from 1 to 10000",
    ),
    "flag as number": (
        LEAST | {"limits": {"changes": True}},
        "limits.changes: true is not a whole number, accepted is a whole number from 1 to 10000",
    ),
    "day": (window(days=["sat"]), f"changeWindows[0].days[0]: 'sat' is not known, accepted is {DAYS}"),
    "time": (
        window(start="25:00"),
        f"changeWindows[0].start: '25:00' is not a time of day, accepted is {TIME}",
    ),
    "time without minutes": (
        window(end="22"),
        f"changeWindows[0].end: '22' is not a time of day, accepted is {TIME}",
    ),
    "window without end": (
        LEAST | {"changeWindows": [{"start": "01:00"}]},
        f"changeWindows[0].end: is missing, accepted is {TIME}",
    ),
    "subscription twice": (
        LEAST | {"subscriptions": [PROD, PROD]},
        f"subscriptions[1]: {PROD!r} repeats subscriptions[0], accepted is each only once",
    ),
    "tenant without application": (
        tenants({"id": TEST, "subscriptions": [HUBS]}),
        f"tenants[0].clientId: is missing, accepted is {GUID}",
    ),
    "tenant without subscriptions": (
        tenants({"id": TEST, "clientId": HUBS}),
        f"tenants[0].subscriptions: is missing, accepted is a list, each entry {GUID}",
    ),
}

BEYOND_A_SCHEMA = {
    "two hubs of a name": (
        two({}, {"name": "WEU"}),
        "hubs[1].name: 'WEU' is at hubs[0].name already, accepted is each only once",
    ),
    "two hubs of an ID": (
        two({}, {"id": WEU.replace("vnet", "VNET")}),
        (f"hubs[1].id: {WEU.replace('vnet', 'VNET')!r} is at hubs[0].id already, accepted is each only once"),
    ),
    "two hubs found alike": (
        two({"id": None, "location": "westeurope"}, {"id": None, "location": "West Europe"}),
        "hubs[1]: a hub found in the same way is at hubs[0] already, accepted is each only once",
    ),
    "region of two hubs": (
        two({"regions": ["westeurope"]}, {"regions": ["eastus", "West Europe"]}),
        "hubs[1].regions[1]: 'westeurope' is at hubs[0].regions[0] already, accepted is each only once",
    ),
    "only what decides": (
        two({}, {"id": None, "ifSeveral": {"role": "hub"}}),
        "hubs[1]: does not tell which network it is, accepted is id, location or tags",
    ),
    "tag in two spellings": (
        hub(name="weu", tags={"role": "a", "Role": "b"}),
        "hubs[0].tags.Role: 'Role' is there twice, accepted is each only once, as Azure ignores its case",
    ),
    "default hub": (
        TWO_HUBS | {"defaultHub": "euss"},
        "defaultHub: 'euss' is not the name of a hub, accepted is weu or eus; did you mean 'eus'?",
    ),
    "rule's hub": (
        include(name="*", hub="frankfurt"),
        "spokes.include[0].hub: 'frankfurt' is not the name of a hub, accepted is weu",
    ),
    "mesh of one": (
        LEAST | {"mesh": True},
        "mesh: true needs several hubs, accepted is false where hubs has one",
    ),
    "bits beyond the prefix": (
        include(addressSpace=["10.0.0.1/8"]),
        (
            "spokes.include[0].addressSpace[0]: '10.0.0.1/8' is not an address range (its address has bits beyond the "
            f"prefix), accepted is {RANGE}"
        ),
    ),
    "prefix too long": (
        include(addressSpace="10.0.0.0/33"),
        f"spokes.include[0].addressSpace: '10.0.0.0/33' is not an address range, accepted is {RANGE}",
    ),
    "rule for another subscription": (
        include(subscription=TEST) | {"subscriptions": [PROD]},
        f"spokes.include[0].subscription: {TEST!r} is not looked after, accepted is {PROD}",
    ),
    "window without length": (
        window(start="02:00"),
        "changeWindows[0].end: is the time of start, too, accepted is another one, or 00:00 to 24:00 for a whole day",
    ),
    "time zone": (
        window(timeZone="Europe/Stokholm"),
        (
            "changeWindows[0].timeZone: 'Europe/Stokholm' is not a time zone, accepted is a time zone of the IANA "
            "database such as Europe/Stockholm; did you mean 'Europe/Stockholm'?"
        ),
    ),
    "tenant twice": (
        tenants(TENANT, TENANT | {"subscriptions": [PROD]}),
        f"tenants[1].id: {TEST!r} is at tenants[0].id already, accepted is each only once",
    ),
    "subscription of two tenants": (
        tenants(TENANT, TENANT | {"id": PROD}),
        (
            f"tenants[1].subscriptions[0]: {HUBS!r} is at tenants[0].subscriptions[0] already, "
            "accepted is each only once"
        ),
    ),
}
