"""Which networks are spokes of which hub, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.classify.selection import VnetMode
from shared.classify.verdicts import Role, Verdict
from shared.config.document.conditions import matches
from tests.builders import OTHER, OWN, vnet_id
from tests.classify.networks import HUB, HUBS, choice, chosen, spokes_of, vnet

HERE = vnet("vnet-Web-1", "westeurope", "10.1.0.0/24", "10.2.0.0/24", group="RG-web", tags={"Env": "Prod"})
TWO = [
    {"name": "Eu", "id": str(vnet_id("hub-eu")), "regions": ["westeurope", "northeurope"]},
    {"name": "us", "id": str(vnet_id("hub-us")), "regions": ["eastus2"]},
]
HUB_EU, HUB_US = vnet("hub-eu"), vnet("hub-us", "eastus2")


@pytest.mark.parametrize(
    ("rule", "unmet"),
    [
        pytest.param({"subscription": OWN.upper()}, None, id="subscription"),
        pytest.param(
            {"subscription": [OTHER]}, f"subscription {OWN} is not {OTHER}", id="other subscription"
        ),
        pytest.param({"resourceGroup": "rg-*"}, None, id="group"),
        pytest.param(
            {"resourceGroup": ["rg", "web"]},
            "resource group RG-web does not match rg or web",
            id="other group",
        ),
        pytest.param({"name": "VNET-*-?"}, None, id="name"),
        pytest.param({"name": ["x", "vnet-web-1"]}, None, id="one of several names"),
        pytest.param({"name": "web"}, "name vnet-Web-1 does not match web", id="a part of the name"),
        pytest.param({"name": "vnet-web-?1"}, "name vnet-Web-1 does not match vnet-web-?1", id="a character"),
        pytest.param({"location": "West Europe"}, None, id="location"),
        pytest.param(
            {"location": ["eastus", "westus"]},
            "location westeurope is not eastus or westus",
            id="other location",
        ),
        pytest.param({"tags": {"env": "prod"}}, None, id="tag"),
        pytest.param({"tags": {"ENV": "*"}}, None, id="tag of any value"),
        pytest.param({"tags": {"env": "test"}}, "tag env is 'Prod', not test", id="other value"),
        pytest.param(
            {"tags": {"env": "prod", "team": "*"}}, "tag team is not there, not *", id="no such tag"
        ),
        pytest.param({"addressSpace": "10.0.0.0/8"}, None, id="range"),
        pytest.param({"addressSpace": ["10.1.0.0/16", "10.2.0.0/16"]}, None, id="in one range each"),
        pytest.param(
            {"addressSpace": "10.1.0.0/16"},
            "address space 10.1.0.0/24, 10.2.0.0/24 does not lie within 10.1.0.0/16",
            id="partly outside",
        ),
        pytest.param(
            {"addressSpace": "fd00::/8"},
            "address space 10.1.0.0/24, 10.2.0.0/24 does not lie within fd00::/8",
            id="other version",
        ),
        pytest.param(
            {"name": "vnet-*", "location": "eastus"}, "location westeurope is not eastus", id="not all"
        ),
    ],
)
def test_conditions(rule, unmet):
    included = choice({"spokes": {"include": [rule]}}, HERE)
    excluded = choice({"spokes": {"exclude": [rule]}}, HERE)
    if unmet is None:
        assert (included.verdict, included.rule) == (Verdict.HUB_BY_DEFAULT, "spokes.include[0]")
        assert (excluded.verdict, excluded.detail) == (Verdict.EXCLUDED, "spokes.exclude[0] fits")
    else:
        assert (included.verdict, included.detail) == (Verdict.NOT_INCLUDED, f"spokes.include[0]: {unmet}")
        assert (excluded.verdict, excluded.rule) == (Verdict.HUB_BY_DEFAULT, None)


def test_an_address_space_that_is_not_known_lies_nowhere():
    unknown = vnet("a", "westeurope", "not yet")
    found = choice({"spokes": {"include": [{"addressSpace": ["0.0.0.0/0", "::/0"]}]}}, unknown)
    assert found.verdict is Verdict.NOT_INCLUDED
    assert found.detail.startswith("spokes.include[0]: address space not yet does not lie within")


@given(st.text("ab*?[]!", max_size=8), st.text("ab[]!", max_size=8))
def test_a_name_matches_a_glob_as_in_a_plain_search(pattern, name):
    def search(pattern, name):
        match pattern[:1]:
            case "":
                return not name
            case "*":
                return any(search(pattern[1:], name[skip:]) for skip in range(len(name) + 1))
            case "?":
                return bool(name) and search(pattern[1:], name[1:])
            case letter:
                return name[:1] == letter and search(pattern[1:], name[1:])

    assert matches(name.upper(), pattern) is search(pattern, name)


def test_without_rules_every_network_is_a_spoke_of_the_only_hub():
    found = chosen({}, HERE)
    assert spokes_of(found, HUB.id) == (HERE.id,)
    assert found.of(HERE.id).detail == "every network is included, and hub 'main' is the default"
    assert found.of(HUB.id).verdict is Verdict.HUB
    assert found.of(HUB.id).detail == "it is hub 'main'"


def test_the_first_rule_that_fits_counts_and_an_exclusion_above_all():
    rules = {
        "include": [{"name": "x-*"}, {"name": "vnet-*", "hub": "us"}, {"name": "*", "hub": "eu"}],
        "exclude": [{"name": "*-2"}],
    }
    document = {"hubs": TWO, "spokes": rules}
    found = chosen(document, HUB_EU, HUB_US, HERE, vnet("vnet-web-2"), vnet("app"))
    assert spokes_of(found, HUB_US.id) == (HERE.id,)
    assert found.of(HERE.id).detail == "spokes.include[1] fits, and names hub 'us'"
    assert found.of(vnet_id("vnet-web-2")).verdict is Verdict.EXCLUDED
    assert vnet_id("app") in spokes_of(found, HUB_EU.id)


def test_every_rule_that_does_not_fit_is_told():
    rules = {"include": [{"name": "x"}, {"location": "eastus"}]}
    assert choice({"spokes": rules}, HERE).detail == (
        "spokes.include[0]: name vnet-Web-1 does not match x; "
        "spokes.include[1]: location westeurope is not eastus"
    )


@pytest.mark.parametrize(
    ("document", "one", "verdict", "hub", "why"),
    [
        pytest.param(
            {"spokes": {"include": [{"name": "*", "hub": "eu"}]}},
            vnet("a", "eastus2", tags={"Peering-Hub": "US"}),
            Verdict.HUB_BY_TAG,
            HUB_US,
            "spokes.include[0] fits, and its tag peering-hub names hub 'us'",
            id="the tag before the rule",
        ),
        pytest.param(
            {"spokes": {"include": [{"name": "*", "hub": "eu"}]}},
            vnet("a", "eastus2"),
            Verdict.HUB_BY_RULE,
            HUB_EU,
            "spokes.include[0] fits, and names hub 'Eu'",
            id="the rule before the region",
        ),
        pytest.param(
            {"defaultHub": "us"},
            vnet("a", "northeurope"),
            Verdict.HUB_BY_REGION,
            HUB_EU,
            "every network is included, and hub 'Eu' serves northeurope",
            id="the region before the default",
        ),
        pytest.param(
            {"defaultHub": "us"},
            vnet("a", "japaneast"),
            Verdict.HUB_BY_DEFAULT,
            HUB_US,
            "every network is included, and hub 'us' is the default",
            id="the default",
        ),
        pytest.param(
            {},
            vnet("a", "japaneast"),
            Verdict.NO_HUB,
            None,
            "every network is included, and no hub serves japaneast, and there is no default hub",
            id="none",
        ),
        pytest.param(
            {"defaultHub": "us"},
            vnet("a", tags={"peering-hub": "eur"}),
            Verdict.UNKNOWN_HUB,
            None,
            "every network is included, and its tag peering-hub is 'eur', accepted is Eu or us; "
            "did you mean 'Eu'?",
            id="a tag that is not guessed",
        ),
        pytest.param(
            {"defaultHub": "us", "tagPrefix": "net:"},
            vnet("a", tags={"peering-hub": "nonsense", "net:hub": "eu"}),
            Verdict.HUB_BY_TAG,
            HUB_EU,
            "every network is included, and its tag net:hub names hub 'Eu'",
            id="a prefix of one's own",
        ),
    ],
)
def test_which_hub(document, one, verdict, hub, why):
    found = chosen({"hubs": TWO} | document, HUB_EU, HUB_US, one).of(one.id)
    assert (found.verdict, found.hub_id, found.detail) == (verdict, hub.id if hub else None, why)


@pytest.mark.parametrize(
    ("said", "verdict", "mode"),
    [
        pytest.param("auto", Verdict.HUB_BY_DEFAULT, VnetMode.AUTO, id="auto"),
        pytest.param("Audit", Verdict.HUB_BY_DEFAULT, VnetMode.AUDIT, id="audit"),
        pytest.param("OFF", Verdict.SWITCHED_OFF, VnetMode.OFF, id="off"),
        pytest.param("of", Verdict.UNKNOWN_MODE, VnetMode.OFF, id="unknown"),
        pytest.param("", Verdict.UNKNOWN_MODE, VnetMode.OFF, id="empty"),
    ],
)
def test_the_mode_that_a_team_sets(said, verdict, mode):
    found = choice({}, vnet("a", tags={"peering-mode": said}))
    assert (found.verdict, found.mode) == (verdict, mode)


def test_an_unknown_mode_is_told_with_the_ones_there_are():
    found = choice({}, vnet("a", tags={"peering-mode": "audti"}))
    expected = "its tag peering-mode is 'audti', accepted is auto or audit or off; did you mean 'audit'?"
    assert found.detail == expected


def test_a_team_that_switched_it_off_is_not_overruled_by_an_exclusion_that_could_remove():
    document = {"spokes": {"exclude": [{"name": "*"}]}, "unselected": "remove"}
    assert not choice(document, vnet("a", tags={"peering-mode": "off"})).verdict.is_unselected
    assert not choice(document, vnet("a", tags={"peering-mode": "none"})).verdict.is_unselected
    audited = choice(document, vnet("a", tags={"peering-mode": "audit"}))
    assert (audited.verdict.is_unselected, audited.mode) == (True, VnetMode.AUDIT)


@pytest.mark.parametrize(
    ("one", "managers", "detail"),
    [
        pytest.param(
            vnet("a"), {"rg": "/subscriptions/x/aks"}, "it belongs to a managed resource group", id="group"
        ),
        pytest.param(
            vnet("aks-vnet-1", group="MC_x"), {}, "it belongs to a managed resource group", id="group by name"
        ),
        pytest.param(
            vnet("a", peerings=["ANM_x"]), {}, "it belongs to Azure Virtual Network Manager", id="manager"
        ),
        pytest.param(
            vnet("a", peerings=["RemoteVnetToHubPeering_x"]), {}, "it belongs to Azure Virtual WAN", id="WAN"
        ),
    ],
)
def test_networks_of_other_owners_are_left_out_and_nothing_of_theirs_is_removed(one, managers, detail):
    document = {"spokes": {"include": [{"name": "nothing"}]}, "unselected": "remove"}
    found = choice(document, one, managers=managers)
    assert (found.verdict, found.detail) == (Verdict.OTHER_OWNER, detail)
    assert not found.verdict.is_unselected


def test_a_group_that_nobody_manages_is_no_hindrance():
    assert choice({}, vnet("a"), managers={"rg": None}).role is Role.SPOKE


def test_only_subscriptions_looked_after_have_spokes():
    one = vnet("a", subscription=OTHER)
    found = choice({}, one)
    assert (found.verdict, found.detail) == (Verdict.OTHER_SUBSCRIPTION, f"{OTHER} is not among {OWN}")
    assert choice({"subscriptions": [OWN, OTHER]}, one).role is Role.SPOKE


def test_a_network_that_was_not_seen_is_unknown():
    found = chosen({}).of(vnet_id("b"))
    assert (found.verdict, found.role) == (Verdict.NOT_SEEN, Role.UNDECIDED)
    assert not found.verdict.needs_a_person
    assert not found.verdict.is_unselected


def test_a_tag_makes_no_hub_unless_the_document_says_so():
    tagged = vnet("a", tags={"peering-role": "hub", "role": "hub"})
    assert choice({}, tagged).role is Role.SPOKE
    document = {"hubs": [*HUBS, {"name": "b", "tags": {"role": "hub"}}], "defaultHub": "main"}
    assert choice(document, tagged).verdict is Verdict.HUB


def test_every_verdict_says_what_it_means():
    assert all(verdict.meaning for verdict in Verdict)
    people = {verdict for verdict in Verdict if verdict.needs_a_person}
    assert people == {
        Verdict.MAY_BE_HUB,
        Verdict.UNKNOWN_MODE,
        Verdict.UNKNOWN_HUB,
        Verdict.NO_HUB,
        Verdict.HUB_MISSING,
        Verdict.HUB_AMBIGUOUS,
    }
    assert {verdict for verdict in Verdict if verdict.role is Role.LEFT_OUT} >= {
        verdict for verdict in Verdict if verdict.is_unselected
    }


_names = st.sampled_from(["a", "b", "hub", "vnet-a"])
_vnets = st.builds(
    vnet,
    _names,
    st.sampled_from(["westeurope", "eastus2", "japaneast"]),
    subscription=st.sampled_from([OWN, OTHER]),
    group=st.sampled_from(["g1", "g2"]),
    tags=st.dictionaries(
        st.sampled_from(["peering-mode", "peering-hub", "role"]), st.sampled_from(["eu", "us", "off", "hub"])
    ),
)
_documents = st.fixed_dictionaries(
    {
        "hubs": st.just([*TWO, {"name": "tagged", "tags": {"role": "hub"}}]),
        "mesh": st.booleans(),
    },
    optional={
        "defaultHub": st.sampled_from(["eu", "us", "tagged"]),
        "spokes": st.fixed_dictionaries({"include": st.lists(st.builds(dict, name=_names), min_size=1)}),
        "subscriptions": st.just([OWN, OTHER]),
    },
)


@given(_documents, st.lists(_vnets), st.sets(st.sampled_from([OWN, OTHER])), st.booleans())
def test_in_any_estate_a_spoke_has_a_hub_that_is_known_and_no_hub_is_a_spoke(document, vnets, listed, both):
    found = chosen(document, *vnets, *([HUB_EU, HUB_US] if both else [HUB_EU]), listed=listed)
    hubs = {one.vnet for one in found.hubs.values() if one.vnet}
    for one in found.choices.values():
        if one.role is Role.SPOKE:
            assert one.hub_id in hubs
            assert found.hubs[one.hub].vnet == one.hub_id
        else:
            assert one.verdict is Verdict.HUB or one.hub_id is None
        assert (one.verdict is Verdict.HUB) == (one.vnet in hubs)
    assert sum(len(spokes_of(found, hub)) for hub in hubs) == sum(
        one.role is Role.SPOKE for one in found.choices.values()
    )
    assert len(found.mesh) == (len(hubs) * (len(hubs) - 1) // 2 if document["mesh"] else 0)


@given(_documents, st.lists(_vnets), st.randoms(use_true_random=False))
def test_the_order_in_which_networks_were_seen_does_not_matter(document, vnets, random):
    unique = list({one.id: one for one in vnets}.values())
    shuffled = random.sample(unique, len(unique))
    one, other = chosen(document, *unique), chosen(document, *shuffled)
    assert (dict(one.choices), one.mesh) == (dict(other.choices), other.mesh)
