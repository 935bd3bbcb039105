"""The named scenarios: an estate of the simulator, the deployments of the app that look after it, and a story."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.stage import Stage
from demo.stories import landing_zone, two_regions, workshop
from simulator.scenarios import SUBSCRIPTION

_DOCUMENTS = Path(__file__).parent / "documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    story: Callable[[Stage], Awaitable[None]]
    begins_with: str
    """The simulator's estate that the story finds."""
    stays_with: str
    """The one that is there to play with."""
    hub: str
    """The hub of a new spoke in westeurope."""
    deployments: Mapping[str, Mapping[str, str]]
    """The settings of each, by the subscription it looks after."""


def _document(name: str, more: str = "") -> Mapping[str, str]:
    return {"TOPOLOGY": (_DOCUMENTS / f"{name}.yaml").read_text(encoding="utf-8") + more}


_WORKSHOP = Scenario(
    name="workshop",
    story=workshop.play,
    begins_with="empty",
    stays_with="workshop",
    hub=workshop.HUB.name,
    deployments={SUBSCRIPTION: {"HUB_LOCATION": workshop.HUB_LOCATION}},
)
_TWO_REGIONS = Scenario(
    name="two-regions",
    story=two_regions.play,
    begins_with="two-regions",
    stays_with="two-regions",
    hub="vnet-hub-weu",
    deployments={SUBSCRIPTION: _document("two-regions")},
)
_LANDING_ZONE = Scenario(
    name="landing-zone",
    story=landing_zone.play,
    begins_with="landing-zone",
    stays_with="landing-zone",
    hub="vnet-hub-weu",
    deployments={
        subscription: _document("landing-zone", "mesh: true\n" if team == "shop" else "")
        for team, subscription in landing_zone.TEAMS.items()
    },
)
SCENARIOS: Mapping[str, Scenario] = {each.name: each for each in (_WORKSHOP, _TWO_REGIONS, _LANDING_ZONE)}
