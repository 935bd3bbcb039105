"""Hubs that were not found, and networks whose hub is not known. Pure."""

from collections.abc import Iterator, Mapping

from ..classify.hubs import FoundHub
from ..classify.selection import Choice, Selection
from ..classify.verdicts import Role, Verdict
from ..config.document.model import TopologyDocument
from ..model.error_codes import advice_on
from ..model.errors import NetworkError
from ..model.ids import VnetId
from ..model.observed import ObservedNetworks
from ..model.reasons import Reason
from .build import build_network
from .snapshot import Note, UnresolvedHub, UnresolvedNetwork

_OWN = {Verdict.UNKNOWN_MODE: Reason.UNKNOWN_MODE, Verdict.UNKNOWN_HUB: Reason.UNKNOWN_HUB}
"""Verdicts that come from the network's own tag."""


def unresolved_hubs(
    selection: Selection, unreadable: Mapping[VnetId, NetworkError]
) -> Iterator[UnresolvedHub]:
    for name, found in selection.hubs.items():
        if found.vnet is None:
            yield UnresolvedHub(name=name, note=_why_unresolved(found, unreadable))


def _why_unresolved(found: FoundHub, unreadable: Mapping[VnetId, NetworkError]) -> Note:
    error = unreadable.get(found.hub.id) if found.hub.id else None
    if error is not None:
        return Note(code=error.code, text=f"{found.detail}: {error.message}", advice=advice_on(error.code))
    is_for_a_person = found.problem is not None and found.problem.needs_a_person
    return Note(
        code=Reason.NO_HUB, text=found.detail, advice=Reason.NO_HUB.advice if is_for_a_person else None
    )


def undecided(
    selection: Selection, observed: ObservedNetworks, document: TopologyDocument
) -> Iterator[UnresolvedNetwork]:
    """By name. Advice is only for what can be done about the network itself, and not about its hub."""
    choices = (choice for choice in selection.choices.values() if choice.role is Role.UNDECIDED)
    for choice in sorted(choices, key=lambda choice: (choice.vnet.name.lower(), choice.vnet)):
        network = build_network(choice.vnet, observed.vnets.get(choice.vnet))
        yield UnresolvedNetwork(network=network, note=_why_undecided(choice, document))


def _why_undecided(choice: Choice, document: TopologyDocument) -> Note:
    if reason := _OWN.get(choice.verdict):
        return Note(code=reason, text=choice.detail, advice=reason.advice)
    advice = None
    if choice.verdict is Verdict.NO_HUB:
        advice = (
            f"name a hub in its tag {document.hub_tag}, by a rule or region, or as defaultHub; or exclude it"
        )
    return Note(code=Reason.NO_HUB, text=choice.detail, advice=advice)
