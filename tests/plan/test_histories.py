"""Random histories of an estate with several spokes, with the planner let in now and then."""

import contextlib
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.azure.json_bodies import vnet_of
from shared.config.peering_policy import GatewayTransit, PeeringPolicy
from shared.model.changes import Delete, Put
from shared.model.ids import VnetId
from shared.model.observed import ObservedNetworks
from shared.plan.hub_plan import make_plan
from shared.plan.rules import TENTATIVE
from simulator.errors import ArmError
from simulator.network.bodies import vnet_body
from simulator.network.estate import Estate
from simulator.network.requests import flags_of
from simulator.network.resources import PeeringFlags, PeeringState, Provisioning, SyncLevel, Vnet, VnetKey
from simulator.network.unsettled import Answers, DisconnectedPair, EarlierHalf

if TYPE_CHECKING:
    from shared.model.reasons import Reason

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
HUB = "hub"
SPOKES = {f"spoke-{number}": (f"10.{number}.0.0/24", f"10.{number}.1.0/24") for number in range(1, 4)}
# Overlaps with a part of spoke-1, and lies in another group under the name of spoke-2.
RIVALS = {"rival": ("10.1.1.0/25",), "namesake": ("10.9.0.0/24",)}
SPACES = {HUB: ("10.0.0.0/24", "10.0.1.0/24"), **SPOKES, **RIVALS}
NAMES = st.sampled_from(sorted({**SPOKES, **RIVALS}))
FLAGS = st.builds(PeeringFlags, allow_forwarded_traffic=st.booleans(), allow_gateway_transit=st.booleans())
ANSWERS = st.builds(
    Answers, disconnected_pair=st.sampled_from(DisconnectedPair), earlier_half=st.sampled_from(EarlierHalf)
)


def key_of(name: str) -> VnetKey:
    return VnetKey.of(SUBSCRIPTION, f"rg-{name}", "spoke-2" if name == "namesake" else name)


def id_of(name: str) -> str:
    subscription, group, vnet = key_of(name)
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{vnet}"


class Histories(RuleBasedStateMachine):
    """People change anything at any moment; once they stop, the planner brings it all together."""

    @initialize(answers=ANSWERS)
    def begin(self, answers):
        random = Random(1)
        self.estate = Estate(lambda: UUID(int=random.getrandbits(128), version=4), answers)
        self.failed: frozenset[Reason] = frozenset()
        self.policy = PeeringPolicy(
            subscriptions=frozenset({SUBSCRIPTION}), gateway_transit=GatewayTransit.NEVER
        )
        self.make(HUB, grown=False)
        self.make("spoke-1", grown=False)
        theirs = "10.200.0.0/24"
        SPACES["theirs"] = (theirs, theirs)
        self.make("theirs", grown=False)
        hub, foreign = self.vnet(HUB), self.vnet("theirs")
        for local, remote in ((hub, foreign), (foreign, hub)):
            self.estate.put_peering(local, "ANM_theirs", remote.id, PeeringFlags(), sync=True)
        self.finish()
        self.foreign = self.foreign_now()

    def vnet(self, name: str) -> Vnet | None:
        return self.estate.vnets.get(key_of(name))

    def finish(self) -> None:
        for vnet in self.estate.vnets.values():
            vnet.provisioning = Provisioning.SUCCEEDED
            for half in vnet.peerings.values():
                if half.provisioning is Provisioning.UPDATING:
                    half.provisioning = Provisioning.SUCCEEDED

    def foreign_now(self) -> list[dict]:
        return [
            peering["properties"] | {"peeringSyncLevel": None, "remoteVirtualNetworkAddressSpace": None}
            for name in (HUB, "theirs")
            for peering in vnet_body(self.estate, self.vnet(name), "2026-03-01")["properties"][
                "virtualNetworkPeerings"
            ]
            if peering["name"] == "ANM_theirs"
        ]

    def make(self, name: str, *, grown: bool) -> None:
        found = self.vnet(name)
        self.estate.put_vnet(
            key_of(name),
            vnet_id=id_of(name),
            name=key_of(name).name,
            location="westeurope",
            space=SPACES[name] if grown else SPACES[name][:1],
            tags=None,
            properties={},
            subnets=found.subnets if found else {},
            api_version="2024-05-01",
        )
        self.finish()

    # --- what people do ---------------------------------------------------------------------------

    @rule(name=st.one_of(NAMES, st.just(HUB)), grown=st.booleans())
    def somebody_makes_or_resizes(self, name, grown):
        with contextlib.suppress(ArmError):
            self.make(name, grown=grown)

    @rule(name=NAMES)
    def somebody_deletes_a_network(self, name):
        if vnet := self.vnet(name):
            self.estate.drop_vnet(vnet)

    @rule(name=NAMES, on_hub=st.booleans(), flags=FLAGS, called=st.sampled_from(["", "by-hand"]))
    def somebody_writes_a_half(self, name, on_hub, flags, called):
        spoke, hub = self.vnet(name), self.vnet(HUB)
        local, remote = (hub, spoke) if on_hub else (spoke, hub)
        if local is None or remote is None:
            return
        half = local.peering_to(remote.key)
        called = half.name if half else called and f"{called}-{name}"
        with contextlib.suppress(ArmError):
            self.estate.put_peering(
                local, called or f"peer-{local.name}-{remote.name}", remote.id, flags, sync=False
            )
        self.finish()

    @rule(name=NAMES, on_hub=st.booleans())
    def somebody_deletes_a_half(self, name, on_hub):
        local, remote = (HUB, name) if on_hub else (name, HUB)
        vnet = self.vnet(local)
        half = vnet.peering_to(key_of(remote)) if vnet else None
        if half:
            self.estate.delete_peering(vnet, half)

    @rule(name=NAMES, on_hub=st.booleans())
    def a_write_fails(self, name, on_hub):
        local, remote = (HUB, name) if on_hub else (name, HUB)
        vnet = self.vnet(local)
        half = vnet.peering_to(key_of(remote)) if vnet else None
        if half:
            half.provisioning = Provisioning.FAILED

    # --- what we do -------------------------------------------------------------------------------

    def plan(self):
        seen = [vnet_of(vnet_body(self.estate, vnet, "2026-03-01")) for vnet in self.estate.vnets.values()]
        hub = next(vnet for vnet in seen if vnet.id.name == HUB)
        spokes = [vnet.id for vnet in seen if vnet.id.name not in (HUB, "theirs")]
        gone = {half.remote for half in hub.peerings} - {vnet.id for vnet in seen}
        topology = ObservedNetworks(
            vnets={vnet.id: vnet for vnet in seen},
            gone=frozenset(gone),
            managers={vnet.group_id: None for vnet in spokes},
        )
        return make_plan(hub, spokes, topology, self.policy, self.failed)

    def write(self, change) -> bool:
        """One write; returns whether Azure took it."""
        local = self.estate.vnets[VnetKey.parse(str(change.peering.vnet))]
        connected = self.connected()
        try:
            match change:
                case Put():
                    self.estate.put_peering(
                        local, change.peering.name, str(change.remote), flags_of(change.properties), sync=True
                    )
                case Delete():
                    half = local.peerings[change.peering.name.lower()]
                    assert half.state is not PeeringState.CONNECTED
                    self.estate.delete_peering(local, half)
        except ArmError:
            if change.reason not in TENTATIVE:
                raise
            self.failed |= {change.reason}
            return False
        self.finish()
        half = local.peerings.get(change.peering.name.lower())
        if half and isinstance(change, Put):
            half.provisioning = Provisioning.SUCCEEDED
        assert connected <= self.connected(), "an outage"
        return True

    def connected(self):
        return {
            (key, half.name)
            for key, vnet in self.estate.vnets.items()
            for half in vnet.peerings.values()
            if half.state is PeeringState.CONNECTED
        }

    @rule(data=st.data())
    def one_pair_is_seen_to(self, data):
        """As an event does, and it may be cut short."""
        due = [pair for pair in self.plan().pairs if pair.changes]
        if due:
            pair = data.draw(st.sampled_from(due))
            for change in pair.changes[: data.draw(st.integers(1, len(pair.changes)))]:
                if not self.write(change):
                    break

    @precondition(lambda self: hasattr(self, "estate"))
    @rule()
    def everything_is_seen_to(self):
        done: list[object] = []
        for _ in range(12):
            plan = self.plan()
            changes = [change for pair in plan.pairs for change in pair.changes]
            if not changes:
                break
            self.failed |= {
                change.reason for change in changes if change in done and change.reason in TENTATIVE
            }
            for pair in self.plan().pairs:
                for change in pair.changes:
                    if not self.write(change):
                        break
                    done.append(change)
        else:
            raise AssertionError("it does not come to rest")
        blocked = {finding.vnet for finding in plan.findings if finding.reason.blocks}
        for name in (*SPOKES, *RIVALS):
            spoke, left = self.vnet(name), self.vnet(HUB).peering_to(key_of(name))
            if spoke is None:
                assert left is None or left.name.startswith("by-hand")
            elif VnetId.parse(spoke.id) not in blocked:
                assert self.is_whole(self.vnet(HUB), spoke)
                assert self.is_whole(spoke, self.vnet(HUB))

    def is_whole(self, local: Vnet, remote: Vnet) -> bool:
        half = local.peering_to(remote.key)
        return (
            half is not None
            and half.state is PeeringState.CONNECTED
            and half.provisioning is Provisioning.SUCCEEDED
            and half.flags.allow_forwarded_traffic
            and (local.name != HUB or not half.flags.allow_gateway_transit)
            and self.estate.sync_level(local, half) is SyncLevel.FULLY
        )

    @invariant()
    def nothing_foreign_changes(self):
        if hasattr(self, "foreign"):
            assert self.foreign_now() == self.foreign

    @invariant()
    def peerings_of_one_network_differ_in_name_and_remote(self):
        for vnet in self.estate.vnets.values() if hasattr(self, "estate") else ():
            assert len({half.remote for half in vnet.peerings.values()}) == len(vnet.peerings)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
