"""What goes on outside the change windows, and what waits for one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.config.document.parsing import read_document
from shared.model.changes import Delete, Put
from shared.model.ids import PeeringId
from shared.model.reasons import Reason
from shared.plan.plan import PairPlan, Plan
from shared.plan.windows import apply_windows
from tests.builders import NOW, SHUT, vnet_id

HUB, WEB = vnet_id("hub"), vnet_id("web")
ENDS = {HUB: WEB, WEB: HUB}
DOCUMENT = {"hubs": [{"name": "main", "id": str(HUB)}]}


def put(reason, local=HUB, **options):
    name = PeeringId(vnet=local, name="half")
    return Put(peering=name, remote=ENDS[local], properties=options, reason=reason)


def delete(reason, local=HUB):
    return Delete(peering=PeeringId(vnet=local, name="half"), remote=ENDS[local], reason=reason)


def pair_of(*changes, hub=HUB, **more):
    return PairPlan(hub=hub, spoke=WEB, changes=changes, **more)


def outside(*pairs, now=NOW, windows=SHUT):
    document = read_document(DOCUMENT | ({"changeWindows": windows} if windows else {}))
    return apply_windows(Plan(pairs=pairs, findings=()), document, now)


def made(plan):
    return [change for pair in plan.pairs for change in pair.changes]


OFFER = put(Reason.GATEWAY_USE, allowGatewayTransit=True, useRemoteGateways=False)
TAKE = put(Reason.GATEWAY_USE, WEB, allowGatewayTransit=False, useRemoteGateways=True)
WITHDRAW = put(Reason.GATEWAY_USE, allowGatewayTransit=False, useRemoteGateways=True)
STOP = put(Reason.GATEWAY_USE, WEB, allowGatewayTransit=True, useRemoteGateways=False)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([put(Reason.MISSING), put(Reason.MISSING, WEB)], id="a missing pair is made"),
        pytest.param([put(Reason.DISCONNECTED)], id="a broken pair is mended"),
        pytest.param(
            [delete(Reason.BOTH_DISCONNECTED, WEB), put(Reason.BOTH_DISCONNECTED)],
            id="a pair that lost both halves is mended, deletion included",
        ),
        pytest.param([put(Reason.UNMATCHED), put(Reason.UNMATCHED, WEB)], id="a pair that waits is matched"),
        pytest.param(
            [put(Reason.OPTIONS_DIFFER), put(Reason.MISSING, WEB)],
            id="options of a pair without traffic go along",
        ),
        pytest.param([put(Reason.OUT_OF_SYNC)], id="address spaces are brought in step"),
        pytest.param([put(Reason.FAILED)], id="a failed write is repeated"),
        pytest.param([OFFER, TAKE], id="a gateway is offered and taken up"),
    ],
)
def test_at_any_time(changes):
    plan = outside(pair_of(*changes))
    assert (made(plan), plan.findings) == (changes, ())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([put(Reason.OPTIONS_DIFFER)], id="options of a Connected half"),
        pytest.param([STOP, WITHDRAW], id="a gateway is no longer used or offered"),
        pytest.param([delete(Reason.UNSELECTED, WEB), delete(Reason.UNSELECTED)], id="of no spoke any more"),
        pytest.param([delete(Reason.MOVED, WEB), delete(Reason.MOVED)], id="with the earlier hub"),
        pytest.param([delete(Reason.LEFTOVER)], id="a leftover in nobody's way"),
    ],
)
def test_in_a_window_only(changes):
    plan = outside(pair_of(*changes))
    (held,) = plan.pairs
    assert (held.changes, held.then) == ((), tuple(changes))
    assert (held.waits, held.is_settled) == (Reason.OUTSIDE_WINDOW, True)
    (finding,) = plan.findings
    assert (finding.vnet, finding.reason) == (HUB, Reason.OUTSIDE_WINDOW)
    assert finding.detail == (
        f"web ({changes[0].reason}): held back until the change window opens on Saturday, 2026-03-07 22:00 UTC"
    )
    assert made(outside(pair_of(*changes), now=datetime(2026, 3, 7, 22, 30, tzinfo=UTC))) == changes
    assert made(outside(pair_of(*changes), windows=None)) == changes


def test_of_a_whole_pair_what_is_harmless_goes_on_and_the_rest_waits():
    failed, options = put(Reason.FAILED), put(Reason.OPTIONS_DIFFER, WEB)
    plan = outside(pair_of(failed, options))
    (pair,) = plan.pairs
    assert (pair.changes, pair.then, pair.waits) == ((failed,), (options,), None)
    assert [finding.reason for finding in plan.findings] == [Reason.OUTSIDE_WINDOW]


def test_leftovers_go_at_any_time_on_a_hub_where_a_new_spoke_waits_for_their_place():
    left = delete(Reason.LEFTOVER)
    waiting = pair_of(waits=Reason.CLEARING)
    elsewhere = pair_of(waits=Reason.CLEARING, hub=vnet_id("other-hub"))
    assert made(outside(pair_of(left), waiting)) == [left]
    assert made(outside(pair_of(left), elsewhere)) == []


def test_what_waits_for_something_else_is_not_told_as_waiting_for_a_window():
    plan = outside(pair_of(waits=Reason.MOVING, then=(delete(Reason.MOVED),)))
    assert plan.findings == ()


def test_of_many_that_wait_twenty_are_named():
    held = (replace(pair_of(delete(Reason.MOVED)), spoke=vnet_id(f"s{number:02}")) for number in range(22))
    (finding,) = outside(*held).findings
    assert ", s19 (moved) and 2 more: " in finding.detail
