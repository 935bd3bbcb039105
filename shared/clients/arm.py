"""Azure behind the door: the one file that knows the SDK.

Bodies are read and written as plain JSON. What is large is read through the client's pipeline, past its models,
whose making costs several times what a pass otherwise does: docs/performance.md. Retries are ours, so the SDK's are off: it would sleep as long as any
Retry-After says. https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/core/azure-core
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any
from urllib.parse import quote
from uuid import UUID

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    map_error,
)
from azure.core.rest import HttpRequest
from azure.mgmt.core.policies import AsyncAuxiliaryAuthenticationPolicy
from azure.mgmt.network.aio import NetworkManagementClient

from shared.arm_errors import CODES
from shared.changes import Change, Delete, Put
from shared.clients.tenants import Credentials
from shared.network import Accepted, NetworkError, Progress, Trouble
from shared.reasons import Reason
from shared.resource_ids import GroupId, PeeringId, VnetId
from shared.topology import ObservedPeering, PeeringState, SyncLevel, Vnet

_GROUPS_VERSION = "2021-04-01"
_NETWORK_VERSION = "2026-03-01"
"""That of the SDK's own operations: a write carries over what a read showed, so both speak the same."""
_ERRORS: dict[int, type[HttpResponseError]] = {401: ClientAuthenticationError, 404: ResourceNotFoundError}
_GONE = {"ResourceNotFound", "ResourceGroupNotFound", "NotFound", "ParentResourceNotFound"}


class Arm:
    """The network provider of any subscription, seen through Azure Resource Manager.

    `elsewhere` has the credentials for subscriptions of other tenants.
    """

    def __init__(
        self,
        credential: AsyncTokenCredential,
        endpoint: str,
        elsewhere: Credentials = MappingProxyType({}),
    ) -> None:
        self._credential = credential
        self._endpoint = endpoint
        self._elsewhere = elsewhere
        self._clients: dict[tuple[str, AsyncTokenCredential], NetworkManagementClient] = {}

    def _client(self, subscription: str, linked: str | None = None) -> NetworkManagementClient:
        """For one subscription; for what links one of another tenant to it, with that tenant's token beside."""
        own, other = self._credential_for(subscription), self._credential_for(linked or subscription)
        key = subscription.lower(), other
        if key not in self._clients:
            scope = f"{self._endpoint}/.default"
            beside = [] if other is own else [AsyncAuxiliaryAuthenticationPolicy([other], scope)]
            self._clients[key] = NetworkManagementClient(
                own,
                subscription,
                base_url=self._endpoint,
                credential_scopes=[scope],
                per_retry_policies=beside,
                retry_total=0,
                connection_timeout=5,
                read_timeout=20,
            )
        return self._clients[key]

    def _credential_for(self, subscription: str) -> AsyncTokenCredential:
        return self._elsewhere.get(subscription.lower(), self._credential)

    def _client_for(self, change: Change) -> NetworkManagementClient:
        """Only writing needs rights on the other network."""
        linked = change.remote.subscription if isinstance(change, Put) else None
        return self._client(change.peering.vnet.subscription, linked)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()
        for credential in {self._credential, *self._elsewhere.values()}:
            await credential.close()

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        path = f"/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks"
        async with _errors():
            return tuple([vnet_of(body) async for body in self._listed(subscription, path, _NETWORK_VERSION)])

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        async with _errors():
            try:
                body = await self._get(
                    self._client(vnet.subscription), _versioned(quote(str(vnet)), _NETWORK_VERSION)
                )
            except ResourceNotFoundError as error:
                _check_gone(error)
                return None
            return vnet_of(body)

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        vnet = peering.vnet
        async with _errors():
            peerings = self._client(vnet.subscription).virtual_network_peerings
            try:
                body = await peerings.get(vnet.group, vnet.name, peering.name)
            except ResourceNotFoundError as error:
                _check_gone(error)
                return None
            return _peering(vnet, body)

    async def list_managers(self, subscription: str) -> dict[GroupId, str | None]:
        groups = self._listed(subscription, f"/subscriptions/{subscription}/resourcegroups", _GROUPS_VERSION)
        async with _errors():
            return {
                GroupId(subscription.lower(), group["name"].lower()): group.get("managedBy")
                async for group in groups
            }

    async def get_manager(self, group: GroupId) -> str | None:
        path = f"/subscriptions/{group.subscription}/resourcegroups/{quote(group.name)}"
        async with _errors():
            answer = await self._get(self._client(group.subscription), _versioned(path, _GROUPS_VERSION))
        manager: str | None = answer.get("managedBy")
        return manager

    async def read_all(self, subscription: str, path: str, version: str) -> list[dict[str, Any]]:
        """A list of another provider's, every page of it."""
        async with _errors():
            return [body async for body in self._listed(subscription, path, version)]

    async def _listed(self, subscription: str, path: str, version: str) -> AsyncIterator[dict[str, Any]]:
        url: str | None = _versioned(path, version)
        while url:
            page = await self._get(self._client(subscription), url)
            for body in page.get("value") or ():
                yield body
            url = page.get("nextLink")

    async def _get(self, client: NetworkManagementClient, url: str) -> dict[str, Any]:
        response = await client.send_request(HttpRequest("GET", url))
        map_error(status_code=response.status_code, response=response, error_map=_ERRORS)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    async def apply(self, change: Change) -> Accepted:
        vnet = change.peering.vnet
        peerings = self._client_for(change).virtual_network_peerings
        told: dict[str, str] = {}
        body: Any

        def note_operation(response: Any, _body: object, _headers: object) -> None:
            told.update({name.lower(): value for name, value in response.http_response.headers.items()})

        async with _errors():
            match change:
                case Put():
                    body = {"properties": dict(change.properties)}
                    poller = await peerings.begin_create_or_update(
                        vnet.group,
                        vnet.name,
                        change.peering.name,
                        body,
                        sync_remote_address_space="true",
                        polling=False,
                        cls=note_operation,
                    )
                    await poller.result()
                case Delete():
                    seen = await peerings.get(vnet.group, vnet.name, change.peering.name)
                    deletion = await peerings.begin_delete(
                        vnet.group,
                        vnet.name,
                        change.peering.name,
                        headers={"If-Match": _safe_to_delete(change, seen)},
                        polling=False,
                        cls=note_operation,
                    )
                    await deletion.result()
        writes_left = told.get("x-ms-ratelimit-remaining-subscription-writes", "")
        return Accepted(
            change=change,
            operation_url=told.get("azure-asyncoperation"),
            writes_left=int(writes_left) if writes_left.isdecimal() else None,
        )

    async def progress(self, accepted: Accepted) -> Progress:
        if accepted.operation_url is None:
            return Progress(is_running=False)
        async with _errors():
            answer = await self._get(self._client_for(accepted.change), accepted.operation_url)
        status = answer.get("status")
        if status not in ("Failed", "Canceled"):
            return Progress(is_running=status != "Succeeded")
        error = answer.get("error") or {}
        code = str(error.get("code") or status)
        failed = NetworkError(
            trouble=CODES[code].trouble if code in CODES else Trouble.NEEDS_A_PERSON,
            code=code,
            message=str(error.get("message", "")),
        )
        return Progress(is_running=False, error=failed)


def _versioned(path: str, version: str) -> str:
    return f"{path}?api-version={version}"


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    """Sorts everything the SDK raises, in one place."""
    try:
        yield
    except HttpResponseError as error:
        raise _sorted(error) from error
    except AzureError as error:
        raise NetworkError(
            trouble=Trouble.UNAVAILABLE, code=type(error).__name__, message=error.message
        ) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NetworkError(
            trouble=Trouble.UNAVAILABLE, code="UnreadableAnswer", message=f"{type(error).__name__}: {error}"
        ) from error


def _sorted(error: HttpResponseError) -> NetworkError:
    details = getattr(error.error, "details", None) or []
    codes = [str(detail.code) for detail in details if detail.code] + [_code(error)]
    status = error.status_code or 0
    trouble = next((CODES[code].trouble for code in codes if code in CODES), None)
    if trouble is None and (status == 429):
        trouble = Trouble.THROTTLED
    if trouble is None and (status == 408 or status >= 500 or status == 0):
        trouble = Trouble.UNAVAILABLE
    return NetworkError(
        trouble=trouble or Trouble.NEEDS_A_PERSON,
        code=_code(error),
        message=getattr(error.error, "message", None) or error.message,
        retry_after_seconds=_retry_after(error),
    )


def _code(error: HttpResponseError) -> str:
    code = getattr(error.error, "code", None)
    if code:
        return str(code)
    return (
        "AuthenticationFailed" if isinstance(error, ClientAuthenticationError) else f"Http{error.status_code}"
    )


def _retry_after(error: HttpResponseError) -> float | None:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    value = headers.get("Retry-After")
    try:
        return max(0.0, float(value)) if value is not None else None
    except ValueError:
        return None


def _safe_to_delete(change: Delete, body: Mapping[str, Any]) -> str:
    """The etag that keeps a deletion from meeting anything else than what was just seen."""
    seen = _peering(change.peering.vnet, body)
    is_in_use = seen.state is PeeringState.CONNECTED and change.reason is not Reason.UNSELECTED
    if is_in_use or seen.remote != change.remote:
        raise NetworkError(
            trouble=Trouble.STALE,
            code="PreconditionFailed",
            message=f"{change.peering} has become {seen.state} to {seen.remote} since it was to be deleted",
        )
    etag: str = body["etag"]
    return etag


def _check_gone(error: ResourceNotFoundError) -> None:
    """Only Azure's own word proves absence; a 404 of anything in between does not."""
    if _code(error) not in _GONE:
        raise error


def vnet_of(body: Mapping[str, Any]) -> Vnet:
    """A network as the network provider's JSON shows it."""
    vnet = VnetId.parse(body["id"])
    properties = body["properties"]
    return Vnet(
        id=vnet,
        location=body["location"].replace(" ", "").lower(),
        provisioning=properties.get("provisioningState", ""),
        address_prefixes=_prefixes(properties.get("addressSpace")),
        guid=_guid(properties.get("resourceGuid")),
        has_gateway=any(_carries_gateway(subnet) for subnet in properties.get("subnets") or ()),
        tags=dict(body.get("tags") or {}),
        peerings=tuple(
            _peering(vnet, half)
            for half in properties.get("virtualNetworkPeerings") or ()
            if _leads_to_a_vnet(half)
        ),
    )


def _leads_to_a_vnet(half: Mapping[str, Any]) -> bool:
    """Classic networks can be peered too, and are none of our business."""
    remote = half["properties"].get("remoteVirtualNetwork") or {}
    return "/providers/microsoft.network/virtualnetworks/" in str(remote.get("id", "")).lower()


def _peering(vnet: VnetId, body: Mapping[str, Any]) -> ObservedPeering:
    properties = body["properties"]
    return ObservedPeering(
        id=PeeringId(vnet=vnet, name=body["name"]),
        remote=VnetId.parse(properties["remoteVirtualNetwork"]["id"]),
        remote_prefixes=_prefixes(properties.get("remoteAddressSpace")),
        remote_prefixes_now=_prefixes(properties.get("remoteVirtualNetworkAddressSpace")),
        guid=_guid(properties.get("resourceGuid")),
        state=_known(PeeringState, properties.get("peeringState")),
        sync=_known(SyncLevel, properties.get("peeringSyncLevel")),
        provisioning=properties.get("provisioningState", ""),
        properties=properties,
    )


def _prefixes(space: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple((space or {}).get("addressPrefixes") or ())


def _guid(text: object) -> UUID | None:
    """Azure's bookkeeping: a hint, so what cannot be read is nothing to fail over."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _carries_gateway(subnet: Mapping[str, Any]) -> bool:
    used_by = (subnet.get("properties") or {}).get("ipConfigurations") or ()
    return subnet.get("name", "").lower() == "gatewaysubnet" and any(
        "/virtualnetworkgateways/" in configuration.get("id", "").lower() for configuration in used_by
    )


def _known[Value: (PeeringState, SyncLevel)](kind: type[Value], value: object) -> Value:
    """A word of Azure's, or `unknown` for one that this version has not met."""
    return next((known for known in kind if known == value), kind("unknown"))
