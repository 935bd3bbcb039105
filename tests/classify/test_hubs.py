"""Which network a hub is, and that a hub that cannot be told holds back only what depends on it."""

import pytest

from shared.classify.selection import select
from shared.classify.verdicts import Role, Verdict
from shared.config.document.model import document_of_hub
from shared.config.document.parsing import read_document
from shared.model.observed import ObservedNetworks
from tests.builders import OTHER, OWN, vnet_id
from tests.classify.networks import chosen, spokes_of, vnet

EU, US = vnet("hub-eu"), vnet("hub-us", "eastus2")
APP = vnet("app", "northeurope")
BY_ID = {"name": "us", "id": str(US.id)}


def hubs(first, **document):
    """A document with the hub `eu` found in some way, and the hub `us` by its ID."""
    return {"hubs": [{"name": "eu"} | first, BY_ID], "defaultHub": "eu"} | document


@pytest.mark.parametrize(
    ("how", "networks"),
    [
        pytest.param({"id": str(EU.id).upper().replace("/SUBSCRIPTIONS", "/subscriptions")}, [EU], id="ID"),
        pytest.param({"location": "West Europe"}, [EU], id="location"),
        pytest.param(
            {"tags": {"Role": "hub"}}, [vnet("hub-eu", "japaneast", tags={"role": "HUB"})], id="tag"
        ),
        pytest.param(
            {"tags": {"role": "hub"}, "location": "westeurope"},
            [vnet("hub-eu", tags={"role": "hub"}), vnet("a"), vnet("b", "japaneast", tags={"role": "hub"})],
            id="tag and location",
        ),
        pytest.param(
            {"location": "westeurope", "ifSeveral": {"role": "hub"}},
            [vnet("hub-eu", tags={"role": "hub"}), vnet("a")],
            id="the tagged of several",
        ),
        pytest.param(
            {"location": "westeurope", "ifSeveral": {"role": "hub"}}, [EU], id="the only one, untagged"
        ),
    ],
)
def test_hubs_are_found(how, networks):
    found = chosen(hubs(how), *networks, US, APP, listed=[OWN]) if "id" in how else seen(how, *networks)
    assert found.hubs["eu"].vnet == EU.id
    assert APP.id in spokes_of(found, EU.id)


def seen(how, *networks, listed=(OWN,), **document):
    """Without the hub that other tests of selection have in westeurope."""
    topology = ObservedNetworks.of([*networks, US, APP])
    return select(read_document(hubs(how, **document)), topology, own=OWN, listed=listed)


def test_a_hub_of_another_subscription():
    there = vnet("hub-eu", subscription=OTHER)
    found = seen({"location": "westeurope", "subscription": OTHER}, there, listed=[OWN, OTHER])
    assert spokes_of(found, there.id) == (APP.id,)
    elsewhere = seen({"location": "westeurope"}, there, listed=[OWN, OTHER])
    assert elsewhere.hubs["eu"].problem is Verdict.HUB_MISSING


TWO = (vnet("a"), vnet("b"))


@pytest.mark.parametrize(
    ("how", "networks", "listed", "problem", "detail"),
    [
        pytest.param(
            {"location": "westeurope"},
            TWO,
            [OWN],
            Verdict.HUB_AMBIGUOUS,
            f"2 networks fit location westeurope: {TWO[0].id}, {TWO[1].id}; give its id",
            id="several",
        ),
        pytest.param(
            {"location": "westeurope", "ifSeveral": {"role": "hub"}},
            TWO,
            [OWN],
            Verdict.HUB_AMBIGUOUS,
            f"2 networks fit location westeurope, and 0 of them have tag role=hub: {TWO[0].id}, {TWO[1].id}; "
            "give its id",
            id="several, none tagged",
        ),
        pytest.param(
            {"location": "japaneast", "tags": {"role": "hub"}},
            TWO,
            [OWN],
            Verdict.HUB_MISSING,
            "no network was found for location japaneast and tag role=hub",
            id="none",
        ),
        pytest.param(
            {"location": "westeurope"},
            TWO[:1],
            [],
            Verdict.HUB_NOT_SEEN,
            f"not all networks of {OWN} were read, so location westeurope cannot be told",
            id="one, and perhaps more",
        ),
        pytest.param(
            {"location": "westeurope", "subscription": OTHER},
            (),
            [OWN],
            Verdict.HUB_NOT_SEEN,
            f"not all networks of {OTHER} were read, so location westeurope cannot be told",
            id="subscription not read",
        ),
        pytest.param(
            {"id": str(EU.id)}, (), [OWN], Verdict.HUB_NOT_SEEN, f"{EU.id} was not read", id="ID not read"
        ),
    ],
)
def test_a_hub_that_cannot_be_told_changes_nothing_for_its_spokes_and_says_why(
    how, networks, listed, problem, detail
):
    theirs = vnet("theirs", "japanwest", tags={"peering-hub": "us"})
    found = seen(how, *networks, theirs, listed=listed, mesh=True)
    assert (found.hubs["eu"].problem, found.hubs["eu"].detail) == (problem, detail)
    spoke = found.of(APP.id)
    assert (spoke.verdict, spoke.hub, spoke.hub_id) == (problem, "eu", None)
    assert spoke.detail == f"every network is included, and hub 'eu' is the default, but {detail}"
    assert spokes_of(found, US.id) == (theirs.id,)
    assert found.mesh == ()


def test_a_network_that_could_be_a_hub_is_no_spoke():
    found = seen({"location": "westeurope"}, *TWO)
    assert {found.of(one.id).verdict for one in TWO} == {Verdict.MAY_BE_HUB}
    assert found.of(TWO[0].id).detail.startswith("it could be hub 'eu': 2 networks fit location westeurope")


def test_a_hub_that_is_gone_is_missing():
    found = chosen(hubs({"id": str(EU.id)}), US, APP, gone=[EU.id])
    assert found.of(APP.id).verdict is Verdict.HUB_MISSING
    assert found.hubs["eu"].detail == f"{EU.id} does not exist"


def test_two_hubs_that_are_one_network_are_both_ambiguous():
    found = seen({"location": "eastus2"})
    assert {name: one.problem for name, one in found.hubs.items()} == dict.fromkeys(
        ["eu", "us"], Verdict.HUB_AMBIGUOUS
    )
    assert found.of(US.id).verdict is Verdict.MAY_BE_HUB
    assert found.hubs["eu"].detail == f"it is {US.id}, and so is hub 'us'; tell them apart"
    assert all(one.role is not Role.SPOKE for one in found.choices.values())


def test_hubs_are_meshed_each_with_each():
    names = ["h1", "h2", "h3"]
    document = {"hubs": [{"name": name, "id": str(vnet_id(name))} for name in names], "mesh": True}
    found = chosen(document, *(vnet(name) for name in names))
    one, two, three = map(vnet_id, names)
    assert found.mesh == ((one, two), (one, three), (two, three))


def test_the_short_form_takes_the_only_network_there_or_the_tagged_one():
    document = document_of_hub(None, "westeurope")

    def hub(*networks):
        return select(document, ObservedNetworks.of(networks), own=OWN, listed=[OWN]).hubs["hub"].vnet

    assert hub(EU, US) == EU.id
    assert hub(EU, vnet("a")) is None
    assert hub(EU, vnet("a", tags={"peering-role": "Hub"})) == vnet_id("a")


BY_TAG = {"location": "westeurope", "tags": {"role": "hub"}}


@pytest.mark.parametrize(
    ("how", "network", "listed", "missed"),
    [
        pytest.param(BY_TAG, vnet("a"), [OWN], "eu", id="where it should be"),
        pytest.param(BY_TAG, vnet("a"), [], "eu", id="where not everything was read"),
        pytest.param(BY_TAG, vnet("a", "japaneast"), [OWN], None, id="in another region"),
        pytest.param({"id": str(EU.id)}, vnet("a"), [OWN], None, id="while the hub has an ID"),
        pytest.param(
            BY_TAG | {"subscription": OTHER}, vnet("a"), [OWN, OTHER], None, id="in another subscription"
        ),
        pytest.param(BY_TAG, vnet("a", tags={"role": "hub"}), [OWN], None, id="that has the tags"),
    ],
)
def test_any_network_in_the_place_of_a_hub_that_is_not_found_may_be_it_without_its_tags(
    how, network, listed, missed
):
    assert seen(how, network, listed=listed).of(network.id).missed_hub == missed


def test_a_network_that_could_be_the_hub_is_no_spoke_while_not_everything_was_read():
    found = seen({"location": "westeurope"}, vnet("a"), listed=[])
    assert found.of(vnet_id("a")).verdict is Verdict.MAY_BE_HUB


def test_a_network_has_to_have_all_the_tags_of_a_hub_and_its_location():
    how = {"location": "westeurope", "tags": {"role": "hub", "env": "prod"}}
    partly = vnet("a", tags={"role": "hub"})
    elsewhere = vnet("b", "japaneast", tags={"role": "hub", "env": "prod"})
    assert seen(how, partly, elsewhere).hubs["eu"].problem is Verdict.HUB_MISSING
