"""Networks and peerings of other Azure services, recognised by what Azure shows of them."""

import pytest

from shared.classify.owners import Owner, owner_of_pair, owner_of_peering, owner_of_vnet
from shared.model.ids import GroupId
from tests.builders import OWN, estate, observed, vnet, vnet_id

GUID = "0123abcd-0123-0123-0123-0123456789ab"


@pytest.mark.parametrize(
    ("name", "remote", "owner"),
    [
        ("ANM_0123", "a", Owner.VIRTUAL_NETWORK_MANAGER),
        ("anm_0123", "a", Owner.VIRTUAL_NETWORK_MANAGER),
        ("RemoteVnetToHubPeering_0123", "a", Owner.VIRTUAL_WAN),
        ("remotevnettohubpeering_0123", "a", Owner.VIRTUAL_WAN),
        ("peer-hub-a", f"HV_weu-hub_{GUID}", Owner.VIRTUAL_WAN),
        ("peer-hub-a", f"hv_weu-hub_{GUID.replace('-', '').upper()}", Owner.VIRTUAL_WAN),
        ("peer-hub-a", "HV_weu-hub", None),
        ("peer-hub-a", f"my-HV_weu-hub_{GUID}", None),
        ("my-ANM_0123", "a", None),
        ("peer-hub-a", "a", None),
    ],
)
def test_whose_a_peering_is(name, remote, owner):
    assert owner_of_peering(observed("hub", remote, name=name)) is owner


@pytest.mark.parametrize(
    ("group", "name", "owner"),
    [
        ("MC_rg_aks_westeurope", "aks-vnet-123", Owner.MANAGED_GROUP),
        ("mc_rg_aks_westeurope", "AKS-VNET-123", Owner.MANAGED_GROUP),
        ("databricks-rg-work-abc", "workers-vnet", Owner.MANAGED_GROUP),
        ("mc_rg_aks_westeurope", "vnet-of-a-team", None),
        ("rg", "aks-vnet-of-a-team", None),
        ("databricks-rg-work-abc", "aks-vnet-123", None),
    ],
)
def test_groups_of_aks_and_databricks_are_managed_before_they_are_read(group, name, owner):
    one = vnet(vnet_id(name, group=group))
    assert owner_of_vnet(one, estate(one, managers={})) is owner


def test_a_group_that_something_manages_makes_its_networks_that_ones():
    one = vnet("web")
    managed = {GroupId(OWN, "rg"): "/subscriptions/x/managed-app"}
    assert owner_of_vnet(one, estate(one, managers=managed)) is Owner.MANAGED_GROUP
    assert owner_of_vnet(one, estate(one)) is None


def test_a_network_with_one_peering_of_another_service_among_others_is_that_ones():
    one = vnet("web", observed("web", "hub"), observed("web", "a", name="ANM_1"))
    assert owner_of_vnet(one, estate(one)) is Owner.VIRTUAL_NETWORK_MANAGER


@pytest.mark.parametrize(
    ("hub", "web", "owner"),
    [
        pytest.param(vnet("hub"), vnet("web"), None, id="nobody's"),
        pytest.param(
            vnet("hub", observed("hub", "web", name="ANM_1")),
            vnet("web"),
            Owner.VIRTUAL_NETWORK_MANAGER,
            id="the hub's half is theirs",
        ),
        pytest.param(
            vnet("hub"),
            vnet("web", observed("web", "hub", name="ANM_1")),
            Owner.VIRTUAL_NETWORK_MANAGER,
            id="the spoke's half is theirs",
        ),
        pytest.param(
            vnet("hub", observed("hub", "a", name="ANM_1")),
            vnet("web"),
            None,
            id="the hub's half with another network is theirs",
        ),
    ],
)
def test_whose_a_pair_is(hub, web, owner):
    assert owner_of_pair(hub, web, estate(hub, web)) is owner
