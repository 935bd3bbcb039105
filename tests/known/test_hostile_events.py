"""Events that somebody has made up: what they have the app look at, and what they cost."""

import json

import pytest

from shared.events.attribution import MOST_CHARACTERS, attribution_of
from shared.events.resource import BadEventError, Skip, read_event
from shared.model.ids import PeeringId, VnetId
from shared.reporting.facts import fact
from tests.clouds import SUBSCRIPTION

NETWORK = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-a/providers/Microsoft.Network/virtualNetworks/vnet-a"
)
PEERING = f"{NETWORK}/virtualNetworkPeerings/p"
TAGS = "/providers/Microsoft.Resources/tags/default"
WRITE = "Microsoft.Resources.ResourceWriteSuccess"


def event(subject=NETWORK, **more):
    return json.dumps({"eventType": WRITE, "subject": subject} | more)


def read(text):
    """What comes of an event: looks, skipped or refused."""
    try:
        found = read_event(text, subscriptions={SUBSCRIPTION})
    except BadEventError as error:
        str(fact("event refused", error=error))  # it can be written down
        return "refused"
    return "skipped" if isinstance(found, Skip) else type(found)


def renamed(old, new):
    return NETWORK.replace(old, new)


REFUSED = {
    "a slash behind": f"{NETWORK}/",
    "a slash before": f"/{NETWORK}",
    "a name of dots": renamed("vnet-a", ".."),
    "a group of dots": renamed("rg-a", ".."),
    "an escaped slash in the name": renamed("vnet-a", "vnet%2Fa"),
    "an escaped slash in the group": renamed("rg-a", "rg%2f.."),
    "a query": f"{NETWORK}?api-version=1",
    "a fragment": f"{NETWORK}#x",
    "NUL": f"{NETWORK}\0",
    "a line break": f"{NETWORK}\n",
    "a header in the group": renamed("rg-a", "rg\r\nX: y"),
    "a space before": f" {NETWORK}",
    "the Kelvin sign in the name": renamed("vnet-a", "vnet-\u212a"),
    "a fullwidth digit": renamed("1111-", "111\uff11-"),
    "a long name": renamed("vnet-a", "a" * 81),
    "a very long name": renamed("vnet-a", "a" * 900_000),
    "a long group": renamed("rg-a", "g" * 91),
    "a lone surrogate": f"{NETWORK}\ud800",
    "a number": 5,
    "a list": [NETWORK],
}
SKIPPED = {
    "a way up": f"{NETWORK}/../../x",
    "a dotless i": renamed("Microsoft", "M\u0131crosoft"),
    "a dotted I": renamed("virtualNetworks", "v\u0130rtualNetworks"),
    "another subscription": renamed("1", "9"),
    "letters for digits": renamed("1", "A"),
    "a subnet": f"{NETWORK}/subnets/x",
    "another type": renamed("virtualNetworks", "networkInterfaces"),
    "a lock": f"{NETWORK}/providers/Microsoft.Authorization/locks/x",
    "tags of a peering": PEERING + TAGS,
    "tags of tags": NETWORK + TAGS + TAGS,
}
LOOKED_AT = {
    "upper case": NETWORK.upper(),
    "tags": NETWORK + TAGS,
    "a group that begins with dots": renamed("rg-a", "...x"),
}


@pytest.mark.parametrize("subject", REFUSED.values(), ids=REFUSED)
def test_subjects_that_are_refused(subject):
    assert read(event(subject)) == "refused"


@pytest.mark.parametrize("subject", SKIPPED.values(), ids=SKIPPED)
def test_subjects_that_are_skipped(subject):
    assert read(event(subject)) == "skipped"


@pytest.mark.parametrize("subject", LOOKED_AT.values(), ids=LOOKED_AT)
def test_subjects_that_are_looked_at(subject):
    assert read(event(subject)) is VnetId


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(event(PEERING), PeeringId, id="a peering"),
        pytest.param(event(False, data={"resourceUri": NETWORK}), VnetId, id="subject false"),
        pytest.param(event("", data=[NETWORK]), "refused", id="data is a list"),
        pytest.param(event("", data={"resourceUri": 1}), "refused", id="resource URI is a number"),
        pytest.param(f"[{event()}]", "refused", id="a batch"),
        pytest.param("[" * 200_000, "refused", id="deep list"),
        pytest.param('{"a":' * 150_000, "refused", id="deep object"),
        pytest.param(f'{{"eventType":{"9" * 5000}}}', "refused", id="long number"),
        pytest.param("", "refused", id="empty"),
        pytest.param(f"\ufeff{event()}", "refused", id="byte order mark"),
        pytest.param(event(x="a" * 1024 * 1024), "refused", id="too large"),
        pytest.param('{"eventType": "\\ud800", "subject": "x"}', "skipped", id="surrogate as type"),
        pytest.param(
            event(eventType="Microsoft.Resources.ResourceWriteSucces\u017f"), "skipped", id="long s"
        ),
        pytest.param(
            json.dumps({str(number): number for number in range(50_000)}), "skipped", id="many keys"
        ),
    ],
)
def test_bodies(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"data": {"claims": {"upn": ["x"], "name": "\u202e\ud800a\u0000b" * 99}}}, id="claims"),
        pytest.param({"data": {"claims": {"appid": ["x"]}}}, id="application is a list"),
        pytest.param({"data": {"claims": ["x"]}}, id="claims are a list"),
        pytest.param({"eventTime": "0001-01-01T00:00:00+23:59"}, id="long ago"),
        pytest.param({"eventTime": "9999-12-31T23:59:59-23:59"}, id="far ahead"),
        pytest.param({"eventTime": "2" * 900_000}, id="long time"),
        pytest.param({"eventTime": "\ud800"}, id="surrogate as time"),
        pytest.param({"eventTime": ["x"]}, id="time is a list"),
    ],
)
def test_claims_are_shown_short_and_in_plain_characters_or_not_at_all(more):
    attribution = attribution_of(event(**more), "own")

    shown = attribution.actor or ""
    assert len(shown) <= MOST_CHARACTERS
    assert shown.isprintable()


def test_claiming_to_be_the_app_hides_who_it_was_and_nothing_else():
    text = event(data={"claims": {"appid": "own"}})

    assert attribution_of(text, "own").actor is None
    assert read(text) is VnetId


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="what is no JSON is logged with up to 240 of its characters, whatever secret they are",
)
def test_what_is_no_json_is_not_quoted():
    with pytest.raises(BadEventError) as caught:
        read_event("AccountKey=hunter2", subscriptions={SUBSCRIPTION})

    assert "hunter2" not in str(caught.value)
