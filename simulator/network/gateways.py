"""Gateways and public addresses, as far as peerings feel them: a gateway uses its GatewaySubnet."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from simulator.network.bodies import etag_text
from simulator.network.estate import Estate
from simulator.network.resources import NETWORK, Provisioning, Subnet, VnetKey

GATEWAYS = "virtualNetworkGateways"
PUBLIC_ADDRESSES = "publicIPAddresses"
ATTACHED_TYPES = {kind.lower(): kind for kind in (GATEWAYS, PUBLIC_ADDRESSES)}


class AttachedKey(NamedTuple):
    """Who a gateway or public address is, folded."""

    subscription: str
    group: str
    kind: str
    name: str


@dataclass(slots=True, kw_only=True)
class Attached:
    """A resource that is kept as its client wrote it; only its use of subnets matters here."""

    key: AttachedKey
    id: str
    name: str
    kind: str
    guid: UUID
    etag: UUID
    written: dict[str, Any]
    provisioning: Provisioning = Provisioning.UPDATING

    @property
    def location(self) -> str:
        return str(self.written.get("location", ""))

    def ip_configurations(self) -> list[tuple[str, str]]:
        """(ID of the IP configuration, ID of the subnet it lies in)."""
        found: list[tuple[str, str]] = []
        for item in self.written.get("properties", {}).get("ipConfigurations") or ():
            subnet_id = item.get("properties", {}).get("subnet", {}).get("id")
            if isinstance(subnet_id, str):
                found.append((f"{self.id}/ipConfigurations/{item.get('name', 'default')}", subnet_id))
        return found

    def body(self) -> dict[str, Any]:
        properties = dict(self.written.get("properties", {}))
        if self.kind == GATEWAYS:
            properties["ipConfigurations"] = [
                {
                    **item,
                    "id": f"{self.id}/ipConfigurations/{item.get('name', 'default')}",
                    "etag": etag_text(self.etag),
                    "type": f"{NETWORK}/{GATEWAYS}/ipConfigurations",
                    "properties": {"provisioningState": self.provisioning, **item.get("properties", {})},
                }
                for item in properties.get("ipConfigurations") or ()
            ]
        return {
            "name": self.name,
            "id": self.id,
            "etag": etag_text(self.etag),
            "type": f"{NETWORK}/{self.kind}",
            **{field: self.written[field] for field in ("location", "tags", "sku") if field in self.written},
            "properties": {
                "provisioningState": self.provisioning,
                "resourceGuid": str(self.guid),
                **properties,
            },
        }


def vnets_used_by(resource: Attached) -> frozenset[VnetKey]:
    keys = (VnetKey.parse(_vnet_of(subnet_id)) for _, subnet_id in resource.ip_configurations())
    return frozenset(key for key in keys if key is not None)


def attach(estate: Estate, resource: Attached) -> None:
    """Lets the subnets show that `resource` uses them."""
    for ip_configuration, subnet_id in resource.ip_configurations():
        subnet = _find_subnet(estate, subnet_id)
        if subnet is not None and ip_configuration not in subnet.ip_configurations:
            subnet.ip_configurations.append(ip_configuration)


def detach(estate: Estate, resource: Attached) -> None:
    for ip_configuration, subnet_id in resource.ip_configurations():
        subnet = _find_subnet(estate, subnet_id)
        if subnet is not None and ip_configuration in subnet.ip_configurations:
            subnet.ip_configurations.remove(ip_configuration)


def _vnet_of(subnet_id: str) -> str:
    at = subnet_id.lower().rfind("/subnets/")
    return subnet_id[:at]


def _find_subnet(estate: Estate, subnet_id: str) -> Subnet | None:
    key = VnetKey.parse(_vnet_of(subnet_id))
    vnet = estate.vnets.get(key) if key else None
    return vnet.subnets.get(subnet_id.rpartition("/")[2].lower()) if vnet else None
