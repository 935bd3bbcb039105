"""What people would do instead: scripts with the SDK, as its documentation shows it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Lock

from azure.core.credentials import AccessToken
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.network.models import (
    SubResource,
    VirtualNetworkPeering,
    VirtualNetworkPeeringPropertiesFormat,
)


class _AnyToken:
    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken("any", 4102444800)


def connect(endpoint: str, subscription: str, ca_file: Path) -> NetworkManagementClient:
    return NetworkManagementClient(
        _AnyToken(),
        subscription,
        base_url=endpoint,
        credential_scopes=[f"{endpoint}/.default"],
        connection_verify=str(ca_file),
    )


def one_after_another(client: NetworkManagementClient, hub: str, spokes: Sequence[str]) -> None:
    for spoke in spokes:
        _peer(client, hub, spoke, {})


def ten_threads(client: NetworkManagementClient, hub: str, spokes: Sequence[str]) -> None:
    """With a lock on each network that a write touches, as Terraform's provider takes it."""
    locks = {name: Lock() for name in (hub, *spokes)}
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(partial(_peer, client, hub, locks=locks), spokes))


def _peer(client: NetworkManagementClient, hub: str, spoke: str, locks: Mapping[str, Lock]) -> None:
    for local, remote in ((hub, spoke), (spoke, hub)):
        remote_id = client.virtual_networks.get(_group(remote), remote).id
        with ExitStack() as held:
            for name in sorted((local, remote)):
                if name in locks:
                    held.enter_context(locks[name])
            client.virtual_network_peerings.begin_create_or_update(
                _group(local),
                local,
                f"peer-{local}-{remote}",
                VirtualNetworkPeering(
                    properties=VirtualNetworkPeeringPropertiesFormat(
                        remote_virtual_network=SubResource(id=remote_id),
                        allow_virtual_network_access=True,
                        allow_forwarded_traffic=True,
                    )
                ),
            ).result()


def _group(vnet: str) -> str:
    return f"rg-{vnet}"
