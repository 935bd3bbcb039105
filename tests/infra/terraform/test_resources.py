"""Each resource of the Terraform module is one of the templates, and each of theirs is one of its."""

import pytest

from docs.terraform_module import blocks, value
from tests.infra.terraform.sides import of_bicep, of_terraform

PAIRS = {
    "events/alerts:rules": "event_alerts",
    "events/heartbeat:silence": "silence",
    "events/subscription:delivery": "delivery",
    "events/topic:topic": "topic",
    "main:group": "group",
    "modules/alerts:alerts": "alerts",
    "modules/function:app": "app",
    "modules/function:appSettings": "app_settings",
    "modules/function:ftp": "ftp",
    "modules/function:plan": "plan",
    "modules/function:scm": "scm",
    "modules/hub-role:assignment": "hubs",
    "modules/identity:identity": "identity",
    "modules/lock:lock": "lock",
    "modules/monitoring:insights": "insights",
    "modules/monitoring:publisher": "publisher",
    "modules/monitoring:workspace": "workspace",
    "modules/private-storage:endpoints": "endpoints",
    "modules/private-storage:zones": "zones",
    "modules/role-definition:definition": "definition",
    "modules/spokes-role:assignment": "spokes",
    "modules/storage:assignments": "storage_roles",
    "modules/storage:blobs": "blobs",
    "modules/storage:packages": "packages",
    "modules/storage:storage": "storage",
    "modules/topic-role:assignment": "outcome_topic",
    "modules/workbook:workbook": "workbook",
}
BICEP, TERRAFORM = of_bicep(), of_terraform()
EXISTS_WITH_ITS_PARENT = {"app_settings", "blobs", "ftp", "scm"}
"""An azapi_resource would find them there, and stop."""


def test_none_is_missing_on_either_side():
    assert PAIRS.keys() == BICEP.keys()
    assert {*PAIRS.values(), "package"} == TERRAFORM.keys()


@pytest.mark.parametrize(("bicep", "terraform"), PAIRS.items())
def test_type_and_version_are_the_same(bicep, terraform):
    assert TERRAFORM[terraform].target == BICEP[bicep].target


@pytest.mark.parametrize(("bicep", "terraform"), PAIRS.items())
def test_properties_and_literals_are_the_same(bicep, terraform):
    assert TERRAFORM[terraform].leaves == BICEP[bicep].leaves
    assert TERRAFORM[terraform].envelope == BICEP[bicep].envelope


def test_what_exists_with_its_parent_is_changed_and_not_made():
    made = {each.name for each in blocks("resource") if each.labels[0] == "azapi_resource"}

    assert TERRAFORM.keys() - made == {*EXISTS_WITH_ITS_PARENT, "package"}


def test_the_package_is_put_as_it_is_and_left_alone_on_destroy():
    package = next(each for each in blocks("resource") if each.name == "package")

    assert package.labels[0] == "azapi_resource_action"
    assert value(package.content["method"]) == "PUT"
    assert "when" not in package.content
    assert TERRAFORM["package"].leaves == {"properties.packageUri": set(), "properties.remoteBuild": False}
    assert TERRAFORM["package"].target.partition("@")[2] == TERRAFORM["app"].target.partition("@")[2]


def test_the_lock_waits_for_everything_in_the_group():
    """And so is the first to go."""
    content = {each.name: each.content for each in blocks("resource")}
    needed = {
        name: {other for other in content if f".{other}" in str({**each, "__comments__": ""})}
        for name, each in content.items()
    }

    def behind(name, seen):
        for other in needed[name] - seen:
            seen.add(other)
            behind(other, seen)
        return seen

    elsewhere = {"definition", "spokes", "hubs", "outcome_topic", "lock"}
    assert behind("lock", set()) >= content.keys() - elsewhere
