"""What belongs to no hub on the page: hubs that cannot be told, and networks nobody gives a hub. Pure."""

from collections.abc import Iterator, Mapping

from shared.arm_errors import advice_on
from shared.document.document import Document
from shared.document.hubs import FoundHub
from shared.document.selection import Choice, Selection
from shared.document.verdicts import Role, Verdict
from shared.network import NetworkError
from shared.reasons import Reason
from shared.resource_ids import VnetId
from shared.status.depict import depict_network
from shared.status.picture import Note, Undecided, UntoldHub
from shared.topology import Topology

_OWN = {Verdict.UNKNOWN_MODE: Reason.UNKNOWN_MODE, Verdict.UNKNOWN_HUB: Reason.UNKNOWN_HUB}
"""What a network's own tag is to blame for."""


def untold_hubs(selection: Selection, unreadable: Mapping[VnetId, NetworkError]) -> Iterator[UntoldHub]:
    for name, found in selection.hubs.items():
        if found.vnet is None:
            yield UntoldHub(name=name, note=_why_untold(found, unreadable))


def _why_untold(found: FoundHub, unreadable: Mapping[VnetId, NetworkError]) -> Note:
    error = unreadable.get(found.hub.id) if found.hub.id else None
    if error is not None:
        return Note(code=error.code, text=f"{found.detail}: {error.message}", advice=advice_on(error.code))
    is_for_a_person = found.trouble is not None and found.trouble.needs_a_person
    return Note(
        code=Reason.NO_HUB, text=found.detail, advice=Reason.NO_HUB.advice if is_for_a_person else None
    )


def undecided(selection: Selection, topology: Topology, document: Document) -> Iterator[Undecided]:
    """By name. Advice is only for what can be done about the network itself, and not about its hub."""
    choices = (choice for choice in selection.choices.values() if choice.role is Role.UNDECIDED)
    for choice in sorted(choices, key=lambda choice: (choice.vnet.name.lower(), choice.vnet)):
        network = depict_network(choice.vnet, topology.vnets.get(choice.vnet))
        yield Undecided(network=network, note=_why_undecided(choice, document))


def _why_undecided(choice: Choice, document: Document) -> Note:
    if reason := _OWN.get(choice.verdict):
        return Note(code=reason, text=choice.detail, advice=reason.advice)
    advice = None
    if choice.verdict is Verdict.NO_HUB:
        advice = (
            f"name a hub in its tag {document.hub_tag}, by a rule or region, or as defaultHub; or exclude it"
        )
    return Note(code=Reason.NO_HUB, text=choice.detail, advice=advice)
