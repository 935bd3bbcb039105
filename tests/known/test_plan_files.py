"""Plan files that were edited, broken or kept too long, and what the terminal shows of hostile names."""

import json

import pytest

from shared.cli.exit_codes import ExitCode
from tests.cli.shell import Shell
from tests.clouds import ELSEWHERE, EU, HUB, US, Cloud

WRITES = 4
"""That bring the workshop about."""


async def planned(tmp_path, **settings):
    cloud, file = Cloud(), tmp_path / "network.plan"
    await cloud.workshop()
    await Shell(cloud, **settings)("plan", "--out", file)
    return cloud, file


def fails(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)


def remove(plan, *path):
    *way, last = path
    for step in way:
        plan = plan[step]
    del plan[last]


def edit(plan, value, *path):
    *way, last = path
    for step in way:
        plan = plan[step]
    plan[last] = value


CHANGE = ("pairs", 0, "changes", 0)


async def applied_after(change, tmp_path):
    """(exit code, writes) of a plan file that was edited."""
    cloud, file = await planned(tmp_path)
    plan = json.loads(file.read_text())
    change(plan)
    file.write_text(json.dumps(plan))
    ran = await Shell(cloud)("apply", file)
    return ran.ending, cloud.writes()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param([], ("pairs", 0, "changes"), id="no changes"),
        pytest.param([], ("pairs",), id="no pairs"),
        pytest.param(None, ("pairs",), id="pairs null"),
        pytest.param("leftover", (*CHANGE, "reason"), id="reason"),
        pytest.param("/subscriptions/x", (*CHANGE, "remote"), id="remote"),
        pytest.param(False, (*CHANGE, "properties", "allowForwardedTraffic"), id="property"),
        pytest.param("delete", (*CHANGE, "action"), id="action"),
        pytest.param([{"x": 1}], ("pairs", 0, "later"), id="what comes later"),
        pytest.param("sha256:0", ("decidedFrom", "checksum"), id="checksum"),
        pytest.param({}, ("decidedFrom",), id="decided from nothing"),
        pytest.param([], ("decidedFrom",), id="decided from a list"),
        pytest.param(2, ("version",), id="version"),
    ],
)
async def test_an_edited_plan_is_refused(value, path, tmp_path):
    assert await applied_after(lambda plan: edit(plan, value, *path), tmp_path) == (ExitCode.ERROR, 0)


async def test_a_plan_without_its_checksum_is_refused(tmp_path):
    assert await applied_after(lambda plan: remove(plan, "decidedFrom", "checksum"), tmp_path) == (
        ExitCode.ERROR,
        0,
    )


@pytest.mark.parametrize(
    ("value", "path"),
    [
        pytest.param([{"reason": "made up"}], ("findings",), id="findings"),
        pytest.param({"create": 0}, ("counts",), id="counts"),
        pytest.param("1999-01-01T00:00:00+00:00", ("decidedAt",), id="decidedAt"),
        pytest.param([1], ("decidedFrom", "networks"), id="decidedFrom, networks"),
        pytest.param("sha256:1", ("decidedFrom", "settings"), id="decidedFrom, settings"),
        pytest.param("x", ("extra",), id="something more"),
    ],
)
@fails(
    "the checksum of a plan file covers its changes alone, so what else a reviewer reads may be edited unnoticed"
)
async def test_what_a_reviewer_reads_of_an_edited_plan_is_refused_too(value, path, tmp_path):
    assert await applied_after(lambda plan: edit(plan, value, *path), tmp_path) == (ExitCode.ERROR, 0)


async def outcome_of(raw, tmp_path):
    file = tmp_path / "raw.plan"
    file.write_bytes(raw)
    cloud = Cloud()
    await cloud.workshop()
    try:
        ran = await Shell(cloud)("apply", file)
    except Exception as error:
        return f"ended in {type(error).__name__}"
    assert cloud.writes() == 0
    return ran.ending


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"version": ' + b"9" * 5000 + b"}", id="a long number"),
        pytest.param(b'{"version": NaN, "decidedFrom": {}}', id="NaN"),
        pytest.param(
            b"[" * 100_000, id="deep list", marks=fails("a deep plan file ends in a RecursionError")
        ),
        pytest.param(
            b'{"decidedFrom": ' + b'{"a": ' * 100_000,
            id="deep object",
            marks=fails("a deep plan file ends in a RecursionError"),
        ),
    ],
)
async def test_what_is_no_plan_is_refused(raw, tmp_path):
    assert await outcome_of(raw, tmp_path) == ExitCode.ERROR


@pytest.mark.parametrize(
    "settings",
    [
        {"AZURE_SUBSCRIPTION_ID": ELSEWHERE},
        {"HUB_LOCATION": "westeurope"},
        {"PEERING_NAME_TEMPLATE": "x-{local}-{remote}"},
        {"SPOKE_PEERING_OPTIONS": "allowForwardedTraffic=false"},
    ],
    ids=lambda settings: next(iter(settings)),
)
async def test_a_plan_made_with_other_settings_is_refused(settings, tmp_path):
    cloud, file = await planned(tmp_path)

    ran = await Shell(cloud, **settings)("apply", file)

    assert (ran.ending, cloud.writes()) == (ExitCode.ERROR, 0)


async def test_a_plan_is_applied_once_and_again_only_where_all_is_as_it_was(tmp_path):
    cloud, file = await planned(tmp_path)
    shell = Shell(cloud)

    assert ((await shell("apply", file)).ending, cloud.writes()) == (ExitCode.DONE, WRITES)
    assert ((await shell("apply", file)).ending, cloud.writes()) == (ExitCode.ERROR, WRITES)

    for one, other in ((HUB, EU), (EU, HUB), (HUB, US), (US, HUB)):
        cloud.world.estate.delete_peering(cloud.find(one), cloud.half(one, other))
    assert ((await shell("apply", file)).ending, cloud.writes()) == (ExitCode.DONE, 2 * WRITES)


@pytest.mark.parametrize(
    "form",
    [
        "markdown",
        "mermaid",
        "dot",
        pytest.param(
            "json", marks=fails("the terminal is given characters that turn text around, as they are")
        ),
    ],
)
async def test_no_form_of_the_status_gives_the_terminal_orders(form):
    cloud = Cloud()
    await cloud.workshop()
    cloud.find(EU).tags = {"x": "\u009b31mred\u202e", "y": "\x1b[2J"}

    ran = await Shell(cloud)("status", "--output", form)

    assert not set(ran.out) & {"\x1b", "\u009b", "\u202e"}


@fails("a lone surrogate in a tag makes text that no terminal can be given")
async def test_a_lone_surrogate_can_be_printed():
    cloud = Cloud()
    await cloud.workshop()
    cloud.find(EU).tags = {"x": "\ud800"}

    ran = await Shell(cloud)("status", "--output", "json")

    assert not any("\ud800" <= character <= "\udfff" for character in ran.out)
