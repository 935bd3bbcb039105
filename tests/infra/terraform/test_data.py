"""Settings, queries, alerts and workbook of the Terraform module are those of the templates."""

import pytest

from docs.terraform_module import MODULE, local, names
from tests.infra.bicep.model import ROOT, key, properties, walk
from tests.infra.bicep.plain import plain
from tests.infra.terraform.sides import estate, meaning


@pytest.mark.parametrize(
    ("path", "bicep", "terraform"),
    [
        ("infra/modules/alerts.bicep", "rules", "rules"),
        ("infra/modules/workbook.bicep", "charts", "charts"),
        ("infra/modules/storage.bicep", "roles", "storage_roles"),
        ("infra/modules/function.bicep", "eventGrid", "event_grid"),
        ("infra/modules/monitoring.bicep", "monitoringMetricsPublisher", "monitoring_metrics_publisher"),
        ("infra/modules/topic-role.bicep", "eventGridDataSender", "event_grid_data_sender"),
        ("infra/events/alerts.bicep", "metrics", "metrics"),
        ("infra/events/heartbeat.bicep", "waits", "waits"),
    ],
)
def test_data_is_the_same(path, bicep, terraform):
    assert meaning(local(terraform)) == meaning(plain(estate()[path].of("var")[bicep].value))


def test_settings_are_the_same():
    function = estate()["infra/main.bicep"].of("module")["function"]
    settings = meaning(plain(properties(properties(function.body)["params"])["settings"]))

    assert meaning(local("settings")) == settings | {"AZURE_SUBSCRIPTION_ID": "${local.subscription_id}"}


def test_an_item_of_the_workbook_has_the_same_names():
    content = estate()["infra/modules/workbook.bicep"].of("var")["content"].value
    found = local("content")

    assert {*found, *names(found["items"])} == {
        key(each) for each in walk(content) if each.type == "object_property"
    }


def test_readers_have_the_same_names():
    readers = estate()["infra/modules/function.bicep"].of("var")["readers"].value

    assert names(local("readers")) == {key(each) for each in walk(readers) if each.type == "object_property"}


def test_every_query_and_role_is_used():
    source = "".join(path.read_text() for path in MODULE.glob("*.tf"))
    unused = [each.name for each in (ROOT / "infra/queries").glob("*.kql") if f"/{each.name}" not in source]

    assert unused == []
    assert local("role") == '${jsondecode(file("${path.module}/../roles/${var.mode}.json"))}'


def test_the_heartbeat_puts_its_window_into_the_query():
    query = (ROOT / "infra/queries/no-reconcile.kql").read_text()
    events = (MODULE / "events.tf").read_text()

    assert 'no-reconcile.kql"), "wait = 15m", "wait = ${local.waits[var.heartbeat_window]}")' in events
    assert query.count("wait = 15m") == 1
