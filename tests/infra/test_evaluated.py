"""What the templates would deploy for parameters that people give, one file within the other."""

import itertools
from collections import Counter

import pytest

from tests.infra.bicep.evaluate import SUBSCRIPTION as OWN
from tests.infra.bicep.evaluate import Evaluation, RefusedError
from tests.infra.bicep.model import properties, read_estate, text
from tests.infra.bicep.shapes import resolve

ESTATE = read_estate()
SECOND, THIRD = (OWN.replace("1", digit) for digit in "23")
CHOSEN = {"environmentName": "dev", "location": "swedencentral", "mode": "audit"}


def hub(subscription, name="hub"):
    return f"/subscriptions/{subscription}/resourceGroups/rg-{name}/providers/Microsoft.Network/virtualNetworks/{name}"


def deployed(path, subscription=OWN, **parameters):
    """Each file that is deployed, with the subscription it goes to and what it is given."""
    yield path, subscription, parameters
    bicep = ESTATE[path]
    evaluation = Evaluation(bicep, subscription, **parameters)
    for module in bicep.of("module").values():
        for body in evaluation.bodies(module):
            scope = body.get("scope", {})
            at = (
                scope.get("subscriptionId", (scope.get("names") or [subscription])[0])
                if isinstance(scope, dict)
                else subscription
            )
            at = at if at.count("-") == 4 else subscription
            yield from deployed(resolve(bicep, module.target), at, **body["params"])


def places(path, **parameters):
    return Counter(at for each, at, _ in deployed("infra/main.bicep", **CHOSEN, **parameters) if each == path)


LISTS = {
    "a hub here": {"hubVnetId": hub(OWN)},
    "a hub elsewhere": {"hubVnetId": hub(SECOND)},
    "its subscription is listed, too": {"hubVnetId": hub(SECOND), "otherSubscriptionIds": SECOND},
    "two hubs in one subscription": {"otherHubVnetIds": f"{hub(SECOND)},{hub(SECOND, 'hub-2')}"},
    "the hub is listed again": {"hubVnetId": hub(SECOND), "otherHubVnetIds": hub(SECOND).upper()},
    "the own subscription is listed": {"otherSubscriptionIds": f"{OWN.upper()}, {SECOND}"},
    "a subscription twice": {"otherSubscriptionIds": f"{SECOND}, {SECOND.upper()}"},
    "a trailing comma": {"otherSubscriptionIds": f"{SECOND},", "otherHubVnetIds": f"{hub(THIRD)}, "},
    "a hub of the own subscription": {"otherHubVnetIds": hub(OWN)},
}


@pytest.mark.parametrize("given", LISTS.values(), ids=LISTS)
def test_a_subscription_gets_one_role_whatever_the_lists_say(given):
    named = {
        each for each in (OWN, SECOND, THIRD) if any(each in str(value).lower() for value in given.values())
    }

    assert places("infra/modules/role-definition.bicep", **given) == dict.fromkeys({OWN, *named}, 1)


def test_every_hub_is_given_its_rights_once():
    hubs = [hub(SECOND), hub(SECOND, "hub-2"), hub(THIRD), hub(OWN)]
    given = {"hubVnetId": hubs[0].upper(), "otherHubVnetIds": ",".join(hubs)}
    found = [
        parameters["hubName"]
        for path, _, parameters in deployed("infra/main.bicep", **CHOSEN, **given)
        if path == "infra/modules/hub-role.bicep"
    ]

    assert sorted(found) == ["hub", "hub", "hub-2"]


def test_deployments_of_one_name_never_meet():
    """Azure lets no two run at the same scope at once."""
    given = {
        "otherSubscriptionIds": THIRD,
        "otherHubVnetIds": ",".join(itertools.chain(hub(SECOND, name) for name in ("a", "b"))),
        "hubVnetId": hub(SECOND),
    }
    names = Counter()
    for path, at, parameters in deployed("infra/main.bicep", **CHOSEN, **given):
        evaluation = Evaluation(ESTATE[path], at, **parameters)
        for module in ESTATE[path].of("module").values():
            names.update((at, str(body.get("scope")), body["name"]) for body in evaluation.bodies(module))

    assert names
    assert [name for name, count in names.items() if count > 1] == []


def test_the_owner_of_the_hub_may_see_to_it():
    assert places("infra/modules/hub-role.bicep", deployHubRole=False, hubVnetId=hub(SECOND)) == {}


def test_with_a_role_made_beforehand_nothing_is_deployed_to_a_hubs_subscription():
    """Whose owner then need not let anybody deploy there: the hub's group is enough."""
    given = {"hubVnetId": hub(SECOND), "otherHubVnetIds": hub(THIRD), "roleDefinitionId": "role"}
    assert places("infra/modules/hub-role.bicep", **given) == {SECOND: 1, THIRD: 1}
    assert places("infra/modules/hubs.bicep", **given) == {}


def test_another_location_is_another_deployment():
    """Azure refuses a subscription's deployment of a known name elsewhere, InvalidDeploymentLocation."""
    for path, bicep in ESTATE.items():
        for module in bicep.of("module").values() if bicep.target_scope == "subscription" else ():
            to = ESTATE[resolve(bicep, module.target)]
            if to.target_scope == "subscription":
                name = text(properties(module.body)["name"])
                assert "${token}" in name or "deployment().location" in name, path


APP = f"/subscriptions/{OWN}/resourceGroups/rg-dev/providers/Microsoft.Web/sites/func-dev"


@pytest.mark.parametrize(
    "name", ["d", "network-dev", "Dev-2", "a" * 32, "abcdefghijklm", "nopqrstuvwxyz", "0123456789"]
)
def test_a_name_that_azure_takes_is_used_as_it_is(name):
    given = CHOSEN | {"environmentName": name}

    assert Evaluation(ESTATE["infra/main.bicep"], **given).of("name") == name


@pytest.mark.parametrize(
    "name", ["a_b", "a.b", "a(b)", "-a", "a-", "a b", "å", "a/../b", "a'b", "${x}", 'a"b', "a;b", "..."]
)
def test_a_name_that_azure_refuses_is_refused_at_once(name):
    with pytest.raises(RefusedError, match="use letters, digits and hyphens"):
        list(deployed("infra/main.bicep", **CHOSEN | {"environmentName": name}))


def test_a_name_may_not_be_longer_than_what_is_made_from_it():
    """Of all names, those of an App Service plan have the least room: 60."""
    longest = {**CHOSEN, "environmentName": "a" * 32}
    plan = Evaluation(ESTATE["infra/modules/function.bicep"], name=f"func-{'a' * 32}-{'b' * 8}")

    (body,) = plan.bodies(ESTATE["infra/modules/function.bicep"].of("resource")["plan"])
    assert len(body["name"]) <= 60
    assert "maxLength(32)\nparam environmentName" in text(ESTATE["infra/main.bicep"].root)
    assert list(deployed("infra/main.bicep", **longest))


@pytest.mark.parametrize(
    ("given", "is_fine"),
    [
        pytest.param(APP, True, id="the app"),
        pytest.param(APP.lower(), True, id="in lower case"),
        pytest.param("func-dev", False, id="a name"),
        pytest.param(f"{APP}/functions/on_network_event", False, id="a function"),
        pytest.param(APP.replace("sites", "serverfarms"), False, id="a plan"),
        pytest.param(APP.replace(OWN, SECOND), False, id="in another subscription"),
        pytest.param(APP.replace("rg-dev", "rg-prod"), False, id="of another environment"),
    ],
)
def test_an_id_that_is_not_the_apps_is_refused_at_once(given, is_fine):
    events = Evaluation(ESTATE["infra/events/main.bicep"], environmentName="dev", functionAppId=given)

    if is_fine:
        assert events.of("groupName").lower() == "rg-dev"
    else:
        with pytest.raises(RefusedError, match="give the resource ID of the function app in rg-dev"):
            events.of("groupName")
