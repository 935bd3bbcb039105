"""The network provider through Azure Resource Manager: implements `NetworkApi` of the engine."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ResourceNotFoundError

from ..engine.ports import Accepted, Progress
from ..model.changes import Change, Delete, Put
from ..model.error_codes import CODES
from ..model.errors import ErrorKind, NetworkError
from ..model.ids import GroupId, PeeringId, VnetId
from ..model.observed import ObservedPeering, PeeringState, Vnet
from ..model.reasons import Reason
from .credentials import Credentials
from .errors import check_gone, sorted_errors
from .json_bodies import peering_of, vnet_of
from .pipeline import Pipeline

_GROUPS_VERSION = "2021-04-01"
_NETWORK_VERSION = "2026-03-01"
"""The version of the SDK's operations: a write keeps what a read showed, so both have to use the same."""
_MAY_BE_CONNECTED = {Reason.UNSELECTED, Reason.MOVED}
"""Reasons for which a Connected half may be deleted."""


class ArmClient:
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
        self._pipelines: dict[tuple[AsyncTokenCredential, AsyncTokenCredential], Pipeline] = {}

    def _to(self, subscription: str, linked: str | None = None) -> Pipeline:
        """For a subscription; writes that link one of another tenant carry that tenant's token, too."""
        own, other = self._credential_for(subscription), self._credential_for(linked or subscription)
        if (own, other) not in self._pipelines:
            self._pipelines[own, other] = Pipeline(own, self._endpoint, other if other is not own else None)
        return self._pipelines[own, other]

    def _credential_for(self, subscription: str) -> AsyncTokenCredential:
        return self._elsewhere.get(subscription.lower(), self._credential)

    def _to_change(self, change: Change) -> Pipeline:
        """Only creating and updating need rights on the other network."""
        linked = change.remote.subscription if isinstance(change, Put) else None
        return self._to(change.peering.vnet.subscription, linked)

    async def close(self) -> None:
        for pipeline in self._pipelines.values():
            await pipeline.close()
        for credential in {self._credential, *self._elsewhere.values()}:
            await credential.close()

    async def list_vnets(self, subscription: str) -> tuple[Vnet, ...]:
        path = f"/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks"
        listed = self._to(subscription).listed(_versioned(path, _NETWORK_VERSION))
        async with sorted_errors():
            return tuple([vnet_of(body, subscription) async for body in listed])

    async def get_vnet(self, vnet: VnetId) -> Vnet | None:
        async with sorted_errors():
            body = await self._get_if_there(vnet.subscription, str(vnet))
            return vnet_of(body, vnet.subscription) if body else None

    async def get_peering(self, peering: PeeringId) -> ObservedPeering | None:
        async with sorted_errors():
            body = await self._get_if_there(peering.vnet.subscription, str(peering))
            return peering_of(peering.vnet, body) if body else None

    async def _get_if_there(self, subscription: str, path: str) -> dict[str, Any] | None:
        try:
            return await self._to(subscription).get(_versioned(quote(path), _NETWORK_VERSION))
        except ResourceNotFoundError as error:
            check_gone(error)
            return None

    async def list_managers(self, subscription: str) -> dict[GroupId, str | None]:
        path = f"/subscriptions/{subscription}/resourcegroups"
        groups = self._to(subscription).listed(_versioned(path, _GROUPS_VERSION))
        async with sorted_errors():
            return {
                GroupId(subscription.lower(), group["name"].lower()): group.get("managedBy")
                async for group in groups
            }

    async def get_manager(self, group: GroupId) -> str | None:
        path = f"/subscriptions/{group.subscription}/resourcegroups/{quote(group.name)}"
        async with sorted_errors():
            answer = await self._to(group.subscription).get(_versioned(path, _GROUPS_VERSION))
        manager: str | None = answer.get("managedBy")
        return manager

    async def read_all(self, subscription: str, path: str, version: str) -> list[dict[str, Any]]:
        """All pages of a list of another resource provider."""
        async with sorted_errors():
            return [body async for body in self._to(subscription).listed(_versioned(path, version))]

    async def apply(self, change: Change) -> Accepted:
        vnet = change.peering.vnet
        half = (vnet.group, vnet.name, change.peering.name)
        peerings = self._to_change(change).peerings(vnet.subscription)
        headers: dict[str, str] = {}
        body: Any

        def keep_headers(response: Any, _body: object, _headers: object) -> None:
            headers.update({name.lower(): value for name, value in response.http_response.headers.items()})

        async with sorted_errors():
            match change:
                case Put():
                    body = {"properties": dict(change.properties)}
                    poller = await peerings.begin_create_or_update(
                        *half,
                        body,
                        sync_remote_address_space="true",
                        polling=False,
                        cls=keep_headers,
                    )
                    await poller.result()
                case Delete():
                    seen = await peerings.get(*half)
                    etag = _safe_to_delete(change, seen)
                    await self._check_replacement(change)
                    deletion = await peerings.begin_delete(
                        *half, headers={"If-Match": etag}, polling=False, cls=keep_headers
                    )
                    await deletion.result()
        writes_left = headers.get("x-ms-ratelimit-remaining-subscription-writes", "")
        return Accepted(
            change=change,
            operation_url=headers.get("azure-asyncoperation"),
            writes_left=int(writes_left) if writes_left.isdecimal() else None,
        )

    async def _check_replacement(self, change: Delete) -> None:
        """Called after the etag was read: it is the network's, so any later write to its peerings changes it."""
        if change.replaced_by is None:
            return
        half = await self.get_peering(change.replaced_by)
        if half is None or half.state is not PeeringState.CONNECTED:
            raise NetworkError(
                kind=ErrorKind.STALE,
                code="PreconditionFailed",
                message=f"{change.replaced_by} is not Connected any more, so {change.peering} stays",
            )

    async def progress(self, accepted: Accepted) -> Progress:
        if accepted.operation_url is None:
            return Progress(is_running=False)
        async with sorted_errors():
            answer = await self._to_change(accepted.change).get(accepted.operation_url)
        status = answer.get("status")
        if status not in ("Failed", "Canceled"):
            return Progress(is_running=status != "Succeeded")
        error = answer.get("error") or {}
        code = str(error.get("code") or status)
        failed = NetworkError(
            kind=CODES[code].kind if code in CODES else ErrorKind.NEEDS_A_PERSON,
            code=code,
            message=str(error.get("message", "")),
        )
        return Progress(is_running=False, error=failed)


def _versioned(path: str, version: str) -> str:
    return f"{path}?api-version={version}"


def _safe_to_delete(change: Delete, body: Mapping[str, Any]) -> str:
    """The etag that lets only the half just read be deleted. Raises `NetworkError` where that may not be."""
    seen = peering_of(change.peering.vnet, body)
    is_in_use = seen.state is PeeringState.CONNECTED and change.reason not in _MAY_BE_CONNECTED
    if is_in_use or seen.remote != change.remote:
        raise NetworkError(
            kind=ErrorKind.STALE,
            code="PreconditionFailed",
            message=f"{change.peering} has become {seen.state} to {seen.remote} since it was to be deleted",
        )
    etag: str = body["etag"]
    return etag
