"""Which audience a token is asked for, by the cloud that it is to open."""

import pytest
from azure.core.exceptions import ClientAuthenticationError

from shared.azure.credentials import applications
from shared.config.document.model import Tenant

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = Tenant(id="22222222-2222-2222-2222-222222222222", client_id="client", subscriptions=(SUBSCRIPTION,))


class Identity:
    def __init__(self):
        self.asked = []

    async def get_token(self, *scopes, **_):
        self.asked += scopes
        raise ClientAuthenticationError("no further")


@pytest.mark.parametrize(
    ("resource_manager", "audience"),
    [
        ("https://management.azure.com", "api://AzureADTokenExchange"),
        ("https://management.usgovcloudapi.net", "api://AzureADTokenExchangeUSGov"),
        ("https://management.chinacloudapi.cn", "api://AzureADTokenExchangeChina"),
    ],
)
async def test_the_exchange_between_tenants_follows_the_cloud(resource_manager, audience):
    identity = Identity()
    credential = applications([TENANT], identity)[SUBSCRIPTION]

    with pytest.raises(ClientAuthenticationError):
        await credential.get_token(f"{resource_manager}/.default")

    assert identity.asked == [f"{audience}/.default"]
