"""What the parameters of the templates come to in what is deployed."""

import ipaddress

import pytest

from tests.infra.bicep.evaluate import SUBSCRIPTION, Evaluation
from tests.infra.bicep.model import literal, read_estate, text
from tests.infra.kusto import service

ESTATE = read_estate()

SUBNET = "/subscriptions/1/subnet"


def resource(path, called, /, **parameters):
    bicep = ESTATE[path]
    (body,) = Evaluation(bicep, **parameters).bodies(bicep.of("resource")[called])
    return body


def app(**parameters):
    given = {
        "name": "func",
        "identityId": "id",
        "clientId": "id",
        "tags": {},
        "integrationSubnetId": "",
        "allowedAddresses": "",
        "alwaysReadyInstances": 0,
        "zoneRedundant": False,
    }
    return resource("infra/modules/function.bicep", "app", **given | parameters)["properties"]


@pytest.mark.parametrize(
    ("location", "sku", "kept"),
    [
        pytest.param("swedencentral", "", "Standard_ZRS", id="a region with zones"),
        pytest.param("northcentralus", "", "Standard_LRS", id="a region without"),
        pytest.param("swedencentral", "Standard_LRS", "Standard_LRS", id="as chosen"),
    ],
)
def test_storage_is_kept_over_zones_where_there_are_any(location, sku, kept):
    given = {"name": "st", "location": location, "sku": sku, "tags": {}, "isPublic": True, "principalId": "p"}

    assert resource("infra/modules/storage.bicep", "storage", **given)["sku"] == {"name": kept}


@pytest.mark.parametrize("wanted", [True, False])
def test_the_plan_is_spread_over_zones_on_request(wanted):
    plan = resource(
        "infra/modules/function.bicep", "plan", name="func", location="x", tags={}, zoneRedundant=wanted
    )

    assert plan["properties"]["zoneRedundant"] is wanted


def test_a_public_app_lets_everybody_in():
    config = app(allowedAddresses="203.0.113.0/24")["siteConfig"]

    assert (config["ipSecurityRestrictionsDefaultAction"], config["ipSecurityRestrictions"]) == ("Allow", [])


@pytest.mark.parametrize("given", ["", "203.0.113.0/24, 2001:db8::/32,"])
def test_a_private_app_lets_in_event_grid_and_whom_it_is_told(given):
    config = app(allowedAddresses=given, integrationSubnetId=SUBNET)["siteConfig"]
    rules = config["ipSecurityRestrictions"]
    readers = [each for each in rules if each.get("tag") != "ServiceTag"]

    assert config["ipSecurityRestrictionsDefaultAction"] == "Deny"
    assert [each["ipAddress"] for each in rules if each.get("tag") == "ServiceTag"] == ["AzureEventGrid"]
    assert [each["ipAddress"] for each in readers] == [
        each.strip() for each in given.split(",") if each.strip()
    ]
    assert all(ipaddress.ip_network(each["ipAddress"]) and each["action"] == "Allow" for each in readers)
    assert len({each["priority"] for each in rules}) == len({each["name"] for each in rules}) == len(rules)


def test_several_readers_share_an_instance():
    """Flex Consumption starts an instance for each request at once of a Python app otherwise."""
    assert app()["functionAppConfig"]["scaleAndConcurrency"]["triggers"]["http"]["perInstanceConcurrency"] > 1


def silence(**parameters):
    given = {"name": "dev", "insightsId": "id", "tags": {}, "actionGroupId": ""}
    return resource("infra/events/heartbeat.bicep", "silence", **given | parameters)["properties"]


@pytest.mark.parametrize("path", ["infra/main.bicep", "infra/events/main.bicep"])
def test_silence_is_waited_for_as_long_as_was_chosen(path):
    param = ESTATE[path].of("param")["heartbeatWindow"]
    queries = []
    for window in param.allowed:
        rule = silence(heartbeatWindow=window)
        queries.append(rule["criteria"]["allOf"][0]["query"])
        assert f"let wait = {window.removeprefix('P').removeprefix('T').lower()};" in queries[-1]
        assert rule["windowSize"] == window

    assert literal(param.value) in param.allowed
    assert service.complaints(queries) == [[]] * len(queries)


def test_silence_is_no_alert_before_the_code_is_there():
    """Its rule comes with the events, which come after the code, and asks whether the log is as old as the wait."""
    assert "no-reconcile" not in text(ESTATE["infra/modules/alerts.bicep"].root)
    assert "began < ago(wait)" in silence(heartbeatWindow="PT15M")["criteria"]["allOf"][0]["query"]
    assert silence(heartbeatWindow="PT15M")["overrideQueryTimeRange"] == "P2D"


def test_both_layers_call_application_insights_the_same():
    main = Evaluation(
        ESTATE["infra/main.bicep"], environmentName="a-func-app", location="swedencentral", mode="audit"
    )
    given = {
        each: main.bodies(ESTATE["infra/main.bicep"].of("module")[each])[0]["params"]
        for each in ("monitoring", "function")
    }
    made = resource(
        "infra/modules/monitoring.bicep", "insights", **given["monitoring"] | {"principalId": "p"}
    )
    site = f"Microsoft.Web/sites/{given['function']['name']}"
    events = Evaluation(
        ESTATE["infra/events/main.bicep"],
        environmentName="a-func-app",
        functionAppId=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-a-func-app/providers/{site}",
    )
    (asked,) = events.bodies(ESTATE["infra/events/main.bicep"].of("module")["heartbeat"])

    assert asked["params"]["insightsId"].endswith(f"/{made['name']}")
