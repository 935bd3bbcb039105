"""Small makers of pictures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.config.settings import Mode
from shared.engine.report import Outcome
from shared.status.snapshot import (
    HalfView,
    Health,
    HubView,
    LastPass,
    NetworkView,
    Note,
    Presence,
    Snapshot,
    SpokeView,
    UnresolvedHub,
    UnresolvedNetwork,
)
from tests.clouds import SUBSCRIPTION

OBSERVED_AT = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)
SETTLED = LastPass(outcome=Outcome.SETTLED, seconds_ago=90)


def network(
    name: str, location: str = "westeurope", prefixes: tuple[str, ...] = ("10.0.4.0/22",), **changes: Any
) -> NetworkView:
    group = f"rg-{name}"
    id_ = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}"
    fields: dict[str, Any] = {
        "id": id_,
        "name": name,
        "group": group,
        "subscription": SUBSCRIPTION,
        "location": location,
        "prefixes": prefixes,
    }
    return NetworkView(**(fields | changes))


def half(state: str = "Connected", sync: str = "FullyInSync", **changes: Any) -> HalfView:
    options = {
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": True,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "doNotVerifyRemoteGateways": False,
    }
    fields: dict[str, Any] = {
        "name": "peer",
        "state": state,
        "sync": sync,
        "provisioning": "Succeeded",
        "options": options,
        "remote_prefixes": ("10.0.0.0/22",),
    }
    return HalfView(**(fields | changes))


def spoke(
    name: str = "vnet-app",
    health: Health = Health.HEALTHY,
    *,
    notes: tuple[Note, ...] = (),
    tags: Mapping[str, str] | None = None,
    **changes: Any,
) -> SpokeView:
    fields: dict[str, Any] = {
        "network": network(name, tags=tags or {}),
        "presence": Presence.SEEN,
        "health": health,
        "to_spoke": half(),
        "to_hub": half(),
        "notes": notes,
    }
    return SpokeView(**(fields | changes))


def hub(*spokes: SpokeView, name: str = "vnet-hub", **changes: Any) -> HubView:
    fields: dict[str, Any] = {
        "network": network(name, "swedencentral", ("10.0.0.0/22",)),
        "health": Health.HEALTHY,
        "peerings": len(spokes),
        "spokes": spokes,
    }
    return HubView(**(fields | changes))


def snapshot(
    *hubs: HubView, mode: Mode = Mode.ENFORCE, last_pass: LastPass = SETTLED, **beside: Any
) -> Snapshot:
    return Snapshot(observed_at=OBSERVED_AT, mode=mode, last_pass=last_pass, hubs=hubs, **beside)


def beside_the_hubs(text: str = "nobody knows", seen: NetworkView | None = None) -> dict[str, Any]:
    """One of each kind of thing that belongs to no hub."""
    note = Note(code=text, text=text, advice=text)
    return {
        "notes": (note,),
        "unresolved": (UnresolvedHub(name=text, note=note),),
        "undecided": (UnresolvedNetwork(network=seen or network("vnet-lost"), note=note),),
    }


def of_every_health() -> tuple[SpokeView, ...]:
    """One spoke of each, a gone one, and one that was not seen."""
    return (
        spoke("vnet-healthy"),
        spoke("vnet-changing", Health.CHANGING, to_hub=None, notes=(Note(code="missing", text="not there"),)),
        spoke("vnet-waiting", Health.WAITING, to_spoke=half("Initiated", "RemoteNotInSync"), to_hub=None),
        spoke(
            "vnet-trouble",
            Health.IN_TROUBLE,
            to_spoke=half("Disconnected"),
            notes=(Note(code="overlap", text="10.0.4.0/22 is taken", advice="give it another one"),),
        ),
        spoke("vnet-alone", Health.LEFT_ALONE),
        spoke("vnet-unknown", Health.UNKNOWN, to_spoke=half("Enlightened")),
        spoke(
            "vnet-gone",
            Health.CHANGING,
            presence=Presence.GONE,
            network=network("vnet-gone", "", ()),
            to_hub=None,
        ),
        spoke(
            "vnet-unseen",
            Health.LEFT_ALONE,
            presence=Presence.UNSEEN,
            network=network("vnet-unseen", "", ()),
            to_hub=None,
        ),
    )


def of_many(count: int = 500) -> tuple[SpokeView, ...]:
    """Spokes in eight regions of different sizes, some of them not well."""
    regions = ("westeurope", "northeurope", "eastus2", "westus3", "japaneast", "brazilsouth", "uksouth", "x")
    odd = {7: Health.IN_TROUBLE, 3: Health.CHANGING, 5: Health.WAITING, 11: Health.LEFT_ALONE}
    note = (Note(code="overlap", text="its addresses are taken", advice="give it others"),)
    return tuple(
        spoke(
            f"vnet-team-{number:03}",
            health := odd.get(number % 29, Health.HEALTHY),
            network=network(
                f"vnet-team-{number:03}",
                regions[min(number * number % 11, 7)],
                (f"10.{number // 250 + 1}.{number % 250}.0/24",),
            ),
            notes=note if health is Health.IN_TROUBLE else (),
        )
        for number in range(count)
    )
