"""Pairs that are Connected, and answers of Azure that make them look as if they had to go."""

import asyncio

import pytest

from shared.engine.report import Outcome
from simulator.transport import installed
from tests.clouds import HUB
from tests.known.harness import (
    BY_TAG,
    NEW,
    OLD,
    PLAIN,
    WEB,
    edited,
    in_lists,
    is_list,
    is_read_of,
    refusal,
    settled,
    settled_regions,
)

BY_ADDRESS = f"{PLAIN}spokes: {{include: [{{addressSpace: 10.0.0.0/8}}]}}\nunselected: remove\n"


def fails(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


def without_tags(vnet):
    vnet.pop("tags", None)


def without_addresses(vnet):
    vnet["properties"].pop("addressSpace", None)


def twice_and_once_without_tags(request, response):
    def repeat(body):
        body["value"] += [{**vnet, "tags": {}} for vnet in body["value"] if vnet["name"] == "spoke-00"]

    return edited(response, repeat) if is_list(request) else response


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        pytest.param(BY_TAG, in_lists(without_tags), id="tags missing"),
        pytest.param(BY_ADDRESS, in_lists(without_addresses), id="address space missing"),
        pytest.param(BY_TAG, twice_and_once_without_tags, id="twice, once without tags"),
    ],
)
@fails("what one list says of a network decides that its Connected pair is removed, and no read asks again")
async def test_a_list_with_old_attributes_cuts_no_pair(text, edit):
    wire, spokes = await settled(8, text)
    wire.edit = edit

    await wire.run(text=text)

    assert wire.cut() == set()
    assert wire.cloud.is_whole(*spokes)


@fails("a single list answer with old tags is enough to have a Connected pair removed")
async def test_one_old_list_answer_cuts_no_pair():
    wire, _ = await settled(8, BY_TAG)
    lists = []

    def only_the_first(request, response):
        lists.extend([request] if is_list(request) else [])
        return in_lists(without_tags)(request, response) if len(lists) == 1 else response

    wire.edit = only_the_first

    await wire.run(text=BY_TAG)

    assert wire.cut() == set()


@pytest.mark.parametrize(
    ("attribute", "old"),
    [
        pytest.param("tags", {"peering-hub": "eus2"}, id="an old tag that names another hub"),
        pytest.param("location", "eastus2", id="another region"),
    ],
)
@fails("a list with an old tag or region has a spoke moved to another hub, and its right pair removed")
async def test_a_list_with_old_attributes_moves_no_spoke(attribute, old):
    wire = await settled_regions()

    def change(vnet):
        if vnet["name"] == WEB:
            vnet[attribute] = old

    wire.edit = in_lists(change)
    with installed(wire.handle):
        await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert wire.cut() == set()
    assert wire.cloud.are_paired((WEB, OLD))


@fails("an empty list is believed: the run reports that all is settled while a pair is down")
async def test_an_empty_list_is_not_reported_as_settled():
    wire, (spoke, *_) = await settled(2)
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(13)
    by_id = {"HUB_VNET_ID": wire.cloud.find(HUB).id, "HUB_LOCATION": None}
    wire.edit = lambda request, response: (
        edited(response, lambda body: body.update(value=[])) if is_list(request) else response
    )

    with installed(wire.handle):
        report = await wire.cloud.reconciler(**by_id).reconcile(None, budget_seconds=600)

    assert wire.cloud.is_whole(spoke) or report.outcome is not Outcome.SETTLED


def leave_out(body, *names):
    body["value"] = [vnet for vnet in body["value"] if vnet["name"] not in names]


def is_read_of_a_spoke(request):
    return any(is_read_of(request, f"spoke-{number:02}") for number in range(8))


def hidden(answer_to_reads):
    """Lists show the hub alone, and each spoke is read as this."""

    def edit(request, response):
        if is_list(request):
            return edited(
                response, lambda body: body.update(value=[v for v in body["value"] if v["name"] == HUB])
            )
        return answer_to_reads if is_read_of_a_spoke(request) else response

    return edit


def reads(answer, *, of=is_read_of_a_spoke):
    return lambda request, response: answer if of(request) else response


def is_read(request):
    return request.method == "GET"


def is_read_in_a_group(request):
    return is_read(request) and "/resourcegroups/rg-" in request.path.lower()


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(reads(refusal(404, "ResourceGroupNotFound"), of=is_read_in_a_group), id="no groups"),
        pytest.param(reads(refusal(404, "SubscriptionNotFound"), of=is_read), id="no subscription"),
        pytest.param(reads(refusal(404, "SubscriptionNotFound"), of=is_list), id="no subscription to list"),
        pytest.param(reads(refusal(404, "NotFound"), of=is_read), id="nothing anywhere"),
        pytest.param(hidden(refusal(403, "AuthorizationFailed")), id="hidden and forbidden"),
        pytest.param(hidden(refusal(404, "AuthorizationFailed")), id="hidden and forbidden as not found"),
        pytest.param(hidden(refusal(404, "ResourceNotFound")), id="all hidden and not found"),
    ],
)
@pytest.mark.parametrize("is_down", [False, True], ids=["connected", "disconnected"])
async def test_answers_that_prove_nothing_remove_nothing(edit, is_down):
    wire, spokes = await settled(8, BY_TAG)
    if is_down:
        for spoke in spokes:
            wire.cloud.delete_half(spoke, HUB)
        await asyncio.sleep(13)
    wire.edit = edit

    await wire.run(text=BY_TAG, budget_seconds=100)

    assert wire.deletions == []


async def test_an_event_whose_read_lacks_the_tags_removes_nothing_while_the_list_has_them():
    wire, (spoke, *_) = await settled(8, BY_TAG)
    wire.edit = lambda request, response: (
        edited(response, without_tags) if is_read_of(request, spoke) else response
    )

    await wire.run(wire.cloud.vnet_id(spoke), text=BY_TAG)

    assert wire.deletions == []


@pytest.mark.parametrize("is_event", [True, False], ids=["event", "timer"])
@pytest.mark.parametrize("code", ["ResourceNotFound", "NotFound"])
@fails("a network that is missing once counts as gone, although Azure may show a fresh one late")
async def test_an_early_404_is_no_proof_without_a_deletion(code, is_event):
    wire, (spoke, *_) = await settled(4)
    wire.cloud.delete_half(spoke, HUB)
    await asyncio.sleep(13)

    def edit(request, response):
        if is_list(request):
            return edited(response, lambda body: leave_out(body, spoke))
        return refusal(404, code) if is_read_of(request, spoke) else response

    wire.edit = edit

    await wire.run(wire.cloud.vnet_id(spoke) if is_event else None, budget_seconds=25)

    assert wire.cut() == set()


@fails(
    "a hub that is listed and whose own read says 404 counts as gone, and the other hub's half to it is removed"
)
async def test_a_listed_hub_whose_read_says_404_is_unknown():
    wire = await settled_regions()
    wire.cloud.delete_half(NEW, OLD)
    await asyncio.sleep(13)
    wire.edit = reads(refusal(404, "ResourceNotFound"), of=lambda request: is_read_of(request, NEW))

    with installed(wire.handle):
        await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert wire.cut() == set()


async def test_a_listed_hub_whose_read_says_404_loses_no_connected_pair():
    wire = await settled_regions()
    wire.edit = reads(refusal(404, "ResourceNotFound"), of=lambda request: is_read_of(request, NEW))

    with installed(wire.handle):
        await wire.cloud.reconciler_of().reconcile(None, budget_seconds=600)

    assert wire.writes == []
