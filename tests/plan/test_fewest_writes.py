"""The planner against the least that Azure's rules allow, over every state a pair can get into.

A breadth-first search over the simulated provider's rules gives the least number of writes from each state to the
wanted one. The planner's way is followed through the same rules, from each state, and is compared with it.
"""

import sys
from collections import deque
from dataclasses import dataclass, field

import pytest

from shared.azure.json_bodies import vnet_of
from shared.config.peering_policy import GatewayTransit, PeeringPolicy
from shared.model.changes import Change, Put
from shared.model.ids import VnetId
from shared.model.observed import ObservedNetworks
from shared.model.reasons import Reason
from shared.plan.hub_plan import make_plan
from shared.plan.rules import TENTATIVE
from simulator.errors import ArmError
from simulator.network.bodies import vnet_body
from simulator.network.estate import Estate
from simulator.network.requests import flags_of
from simulator.network.resources import PeeringState, Provisioning, SyncLevel
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf, Matching
from tests.plan.pair_states import (
    HUB,
    SPOKE,
    SUBSCRIPTION,
    Aspect,
    Graph,
    Key,
    actions,
    clone,
    half,
    id_of,
    key_of,
    our_name,
    put,
    vnet,
)

HUB_ID, SPOKE_ID = VnetId.parse(id_of(HUB)), VnetId.parse(id_of(SPOKE))
EVERYTHING = (Aspect.SPACES, Aspect.NAMES, Aspect.FAILURES)
GATEWAYS = (Aspect.GATEWAYS, Aspect.NAMES)
WORLDS = [
    pytest.param(Answers(), EVERYTHING, id="documented"),
    pytest.param(Answers(), GATEWAYS, id="documented, with gateways"),
    *(
        pytest.param(
            Answers(disconnected_pair=pair, earlier_half=earlier, matching=matching),
            (Aspect.SPACES,),
            id=f"pair {pair}, earlier {earlier}, {matching}",
        )
        for pair in DisconnectedPair
        for earlier in EarlierHalf
        for matching in Matching
        if matching is Matching.BY_NETWORK or earlier is EarlierHalf.REBOUND
    ),
]


def lessons(answers: Answers) -> frozenset[Reason]:
    """What an app that has met these answers knows of them."""
    failed = set()
    if answers.disconnected_pair is DisconnectedPair.REFUSED:
        failed.add(Reason.BOTH_DISCONNECTED)
    if answers.earlier_half is not EarlierHalf.REBOUND:
        failed.add(Reason.UNMATCHED)
    return frozenset(failed)


def decide(estate: Estate, policy: PeeringPolicy, failed: frozenset[Reason]) -> tuple[Change, ...]:
    """The plan for the pair, made from what Azure's JSON shows of this state."""
    seen = [vnet_of(vnet_body(estate, one, "2026-03-01")) for one in estate.vnets.values()]
    gone = [] if vnet(estate, SPOKE) else [SPOKE_ID]
    topology = ObservedNetworks(
        vnets={one.id: one for one in seen}, gone=frozenset(gone), managers={SPOKE_ID.group_id: None}
    )
    plan = make_plan(topology.vnets[HUB_ID], [SPOKE_ID], topology, policy, failed)
    return tuple(change for pair in plan.pairs for change in pair.changes)


def apply(estate: Estate, change: Change) -> Estate:
    """The state after one write of ours. Raises `ArmError`."""
    new = clone(estate)
    local = new.vnets[key_of(change.peering.vnet.name)]
    if isinstance(change, Put):
        flags = flags_of(dict(change.properties))
        put(new, change.peering.vnet.name, flags, name=change.peering.name)
    else:
        new.delete_peering(local, local.peerings[change.peering.name.lower()])
    return new


def is_wanted(estate: Estate, policy: PeeringPolicy) -> bool:
    if vnet(estate, SPOKE) is None:
        left = half(estate, HUB)
        return left is None or left.name != our_name(HUB)
    gateway = policy.gateway_transit is GatewayTransit.WHEN_AVAILABLE and bool(
        vnet(estate, HUB).gateway_ids()
    )
    return all(
        (mine := half(estate, local)) is not None
        and mine.state is PeeringState.CONNECTED
        and mine.provisioning is Provisioning.SUCCEEDED
        and estate.sync_level(vnet(estate, local), mine) is SyncLevel.FULLY
        and mine.flags.allow_virtual_network_access
        and mine.flags.allow_forwarded_traffic
        and mine.flags.allow_gateway_transit is (gateway and local == HUB)
        and mine.flags.use_remote_gateways is (gateway and local == SPOKE)
        for local in (HUB, SPOKE)
    )


def least_writes(goals: list[Key], by_writes: dict[Key, set[Key]]) -> dict[Key, int]:
    before: dict[Key, list[Key]] = {}
    for key, reached in by_writes.items():
        for after in reached:
            before.setdefault(after, []).append(key)
    least = dict.fromkeys(goals, 0)
    queue = deque(goals)
    while queue:
        key = queue.popleft()
        for earlier in before.get(key, ()):
            if earlier not in least:
                least[earlier] = least[key] + 1
                queue.append(earlier)
    return least


def connected(estate: Estate) -> set[tuple[str, str]]:
    return {
        (one.name, mine.name)
        for one in estate.vnets.values()
        for mine in one.peerings.values()
        if mine.state is PeeringState.CONNECTED
    }


def foreign(estate: Estate) -> list[dict]:
    """All of the peerings that are not the pair's, as Azure shows them but for the network's own etag."""
    bodies = [vnet_body(estate, one, "2026-03-01") for one in estate.vnets.values()]
    return [
        peering["properties"]
        for body in bodies
        for peering in body["properties"]["virtualNetworkPeerings"]
        if peering["name"] == "made-by-hand"
    ]


@dataclass
class Way:
    """What following the planner from one state came to."""

    writes: int = 0
    refused: int = 0
    end: Estate | None = None
    outages: list[Change] = field(default_factory=list)


def follow(estate: Estate, policy: PeeringPolicy, failed: frozenset[Reason]) -> Way:
    way = Way(end=estate)
    settled: list[Change] = []
    for _ in range(8):
        changes = decide(way.end, policy, failed)
        if not changes:
            return way
        repeated = {c.reason for c in changes if c.reason in TENTATIVE - failed and c in settled}
        if repeated:
            failed |= repeated
            continue
        for change in changes:
            before = way.end
            try:
                way.end = apply(before, change)
            except ArmError:
                way.refused += 1
                assert change.reason in TENTATIVE - failed, "refused with no other way left"
                failed |= {change.reason}
                break
            way.writes += 1
            settled.append(change)
            if connected(before) - connected(way.end):
                way.outages.append(change)
    raise AssertionError("no end")


@pytest.mark.parametrize(("answers", "aspects"), WORLDS)
def test_never_more_writes_than_the_least_never_an_outage_and_nothing_foreign_touched(
    answers, aspects, capsys
):
    everything, ours = actions(*aspects)
    states, by_writes = Graph(answers=answers, histories=everything, writes=ours).explore()
    states = {key: estate for key, estate in states.items() if vnet(estate, HUB)}
    transit = GatewayTransit.WHEN_AVAILABLE if Aspect.GATEWAYS in aspects else GatewayTransit.NEVER
    policy = PeeringPolicy(subscriptions=frozenset({SUBSCRIPTION}), gateway_transit=transit)
    least = least_writes([key for key, estate in states.items() if is_wanted(estate, policy)], by_writes)
    assert least.keys() >= states.keys(), "from some states nothing leads to the wanted one"

    longer = {}
    for key, estate in states.items():
        way = follow(estate, policy, lessons(answers))
        assert is_wanted(way.end, policy), key
        assert not way.outages, key
        assert foreign(way.end) == foreign(estate), key
        if way.writes > least[key] or way.refused:
            longer[key] = (way.writes, way.refused, least[key])
    with capsys.disabled():
        sys.stdout.write(f"\n{len(states)} states, at most {max(least.values())} writes from the wanted one ")
    assert longer == {}


@pytest.mark.parametrize(
    "answers",
    [
        Answers(disconnected_pair=pair, earlier_half=earlier)
        for pair in DisconnectedPair
        for earlier in EarlierHalf
    ],
    ids=lambda answers: f"pair {answers.disconnected_pair}, earlier {answers.earlier_half}",
)
def test_an_app_that_has_yet_to_learn_azures_answers_gets_there_with_one_write_more(answers):
    everything, ours = actions(Aspect.SPACES)
    states, by_writes = Graph(answers=answers, histories=everything, writes=ours).explore()
    states = {key: estate for key, estate in states.items() if vnet(estate, HUB)}
    policy = PeeringPolicy(subscriptions=frozenset({SUBSCRIPTION}))
    least = least_writes([key for key, estate in states.items() if is_wanted(estate, policy)], by_writes)

    for key, estate in states.items():
        way = follow(estate, policy, frozenset())
        assert is_wanted(way.end, policy), key
        assert not way.outages, key
        assert way.writes + way.refused <= least[key] + 1, key
