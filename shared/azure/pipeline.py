"""Requests to Azure Resource Manager: the pipeline that the SDK's clients are built on, without their models.

Importing azure-mgmt-network takes longer and more memory than all else here, and only writing needs it: what is read
comes as JSON through the same pipeline. Retries are ours, so it has none: the SDK's sleep as long as any Retry-After
says. https://github.com/Azure/azure-sdk-for-python/tree/main/sdk/core/azure-core
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    map_error,
)
from azure.core.pipeline import AsyncPipeline, policies
from azure.core.pipeline.transport import AioHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.mgmt.core import AsyncARMPipelineClient
from azure.mgmt.core.policies import (
    ARMHttpLoggingPolicy,
    AsyncARMChallengeAuthenticationPolicy,
    AsyncAuxiliaryAuthenticationPolicy,
)

if TYPE_CHECKING:
    from azure.mgmt.network.aio import NetworkManagementClient
    from azure.mgmt.network.aio.operations import VirtualNetworkPeeringsOperations

_ERRORS: dict[int, type[HttpResponseError]] = {401: ClientAuthenticationError, 404: ResourceNotFoundError}


class Pipeline:
    """Requests with one credential's token, and with that of another tenant `beside` it where one is needed.

    All methods raise what azure-core raises.
    """

    def __init__(
        self, credential: AsyncTokenCredential, endpoint: str, beside: AsyncTokenCredential | None = None
    ) -> None:
        scope = f"{endpoint}/.default"
        self._credential = credential
        self._endpoint = endpoint
        chain: list[Any] = [
            policies.RequestIdPolicy(),
            policies.UserAgentPolicy("interlinked"),
            policies.AsyncRedirectPolicy(),
            AsyncARMChallengeAuthenticationPolicy(credential, scope),
            *([AsyncAuxiliaryAuthenticationPolicy([beside], scope)] if beside else []),
            policies.DistributedTracingPolicy(),
            policies.SensitiveHeaderCleanupPolicy(),
            ARMHttpLoggingPolicy(),
        ]
        self._pipeline: AsyncPipeline[HttpRequest, AsyncHttpResponse] = AsyncPipeline(
            AioHttpTransport(connection_timeout=5, read_timeout=20), chain
        )
        self._client: AsyncARMPipelineClient[HttpRequest, AsyncHttpResponse] = AsyncARMPipelineClient(
            endpoint, pipeline=self._pipeline, policies=[]
        )
        self._writers: dict[str, NetworkManagementClient] = {}

    async def get(self, url: str) -> dict[str, Any]:
        """The JSON at a path, or at a URL that Azure named."""
        request = HttpRequest("GET", self._client.format_url(url))
        response: AsyncHttpResponse = await self._client.send_request(request)
        map_error(status_code=response.status_code, response=response, error_map=_ERRORS)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    async def listed(self, url: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of every page."""
        following: str | None = url
        while following:
            page = await self.get(following)
            for body in page.get("value") or ():
                yield body
            following = page.get("nextLink")

    def peerings(self, subscription: str) -> "VirtualNetworkPeeringsOperations":
        """The SDK's own operations, imported when first something is to be written."""
        from azure.mgmt.network.aio import NetworkManagementClient

        writer = self._writers.get(subscription)
        if writer is None:
            writer = self._writers[subscription] = NetworkManagementClient(
                self._credential, subscription, base_url=self._endpoint, pipeline=self._pipeline
            )
        return writer.virtual_network_peerings

    async def close(self) -> None:
        await self._client.close()
