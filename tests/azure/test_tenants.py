"""Pairs of networks of two tenants: the app as deployed, with Microsoft's identity library and SDK, against a
simulated Azure that lets nobody into a tenant who has not signed in there."""

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest

from shared import composition
from shared.engine.report import Outcome
from shared.model.reasons import Reason
from simulator.azure import IDENTITY, IDENTITY_SECRET, TOKEN_PATH, Azure
from simulator.directory import TENANT, Application, principal_of
from simulator.linked_tenants import AUXILIARY
from simulator.rbac import Role, RoleAssignment
from simulator.transport import installed
from tests.clouds import ELSEWHERE, ROLES, SUBSCRIPTION, Cloud

THEIRS = "66666666-6666-6666-6666-666666666666"
CLIENT = "77777777-7777-7777-7777-777777777777"
HUB, OURS, SPOKE = "vnet-hub", "vnet-ours", "vnet-theirs"
LOOKED_AFTER = f"""
hubs: [{{name: hub, id: /subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{HUB}/providers/Microsoft.Network/virtualNetworks/{HUB}}}]
subscriptions: [{SUBSCRIPTION}, {ELSEWHERE}]
"""
THEIR_TENANT = f"{{id: {THEIRS}, clientId: {CLIENT}, subscriptions: [{ELSEWHERE}]}}"
OUR_TENANT = f"{{id: {TENANT}, clientId: {CLIENT}, subscriptions: [{SUBSCRIPTION}]}}"
BOTH = f"{LOOKED_AFTER}tenants: [{OUR_TENANT}, {THEIR_TENANT}]"
IDENTITY_AT_HOME = f"{LOOKED_AFTER}tenants: [{THEIR_TENANT}]"


def application(**changes):
    known = {"home": TENANT, "trusted": {IDENTITY.principal_id}, "consented": {THEIRS}} | changes
    return Application(client_id=CLIENT, **{name: known[name] for name in ("home", "trusted", "consented")})


def grant(access, *principals_and_scopes):
    for principal, scope in principals_and_scopes:
        role = Role.of(ROLES["enforce"])
        access.assign(RoleAssignment(principal_id=principal, role=role, scope=f"/subscriptions/{scope}"))


KNOWN = application()
AS_ONE_APPLICATION = (
    (principal_of(CLIENT, TENANT), SUBSCRIPTION),
    (principal_of(CLIENT, THEIRS), ELSEWHERE),
)


class Estate:
    """A hub and a spoke of ours, and a spoke in a subscription of another tenant."""

    def __init__(self, monkeypatch, topology, *, known=None, rights=AS_ONE_APPLICATION):
        self.azure = Azure(post=None)
        self.cloud = Cloud.of(self.azure)
        self.azure.directory.give(ELSEWHERE, THEIRS)
        if known is not None:
            self.azure.directory.register(known)
        grant(self.azure.arm.access, *rights)
        self.requests = []
        for name, value in {
            "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
            "TOPOLOGY": topology,
            "IDENTITY_ENDPOINT": f"https://management.azure.com{TOKEN_PATH}",
            "IDENTITY_HEADER": IDENTITY_SECRET,
        }.items():
            monkeypatch.setenv(name, value)

    async def handle(self, request):
        response = await self.azure.handle(request)
        self.requests.append((request, response))
        return response

    @asynccontextmanager
    async def deployed(self):
        self.cloud.vnet(HUB, "westeurope", "10.0.0.0/22")
        self.cloud.vnet(OURS, "westeurope", "10.0.4.0/22")
        self.cloud.vnet(SPOKE, "eastus2", "10.0.8.0/22", subscription=ELSEWHERE)
        await asyncio.sleep(4)
        composition.forget()
        try:
            with installed(self.handle):
                yield composition.reconciler()
        finally:
            composition.forget()
            await self.azure.aclose()

    def states(self):
        vnets = self.azure.world.estate.vnets.values()
        return {half.name: str(half.state) for vnet in vnets for half in vnet.peerings.values()}

    def tokens(self):
        return [
            request.headers["authorization"].partition(" ")[2]
            for request, _ in self.requests
            if "authorization" in request.headers
        ]


@pytest.fixture
def estate(monkeypatch):
    def build(topology=BOTH, *, known=KNOWN, rights=AS_ONE_APPLICATION):
        return Estate(monkeypatch, topology, known=known, rights=rights)

    return build


ALL_CONNECTED = dict.fromkeys(
    (f"peer-{HUB}-{OURS}", f"peer-{OURS}-{HUB}", f"peer-{HUB}-{SPOKE}", f"peer-{SPOKE}-{HUB}"), "Connected"
)


OURS_CONNECTED = {name: state for name, state in ALL_CONNECTED.items() if SPOKE not in name}


@pytest.mark.parametrize(
    ("topology", "rights"),
    [
        pytest.param(BOTH, AS_ONE_APPLICATION, id="one application in both"),
        pytest.param(
            IDENTITY_AT_HOME,
            ((IDENTITY.principal_id, SUBSCRIPTION), AS_ONE_APPLICATION[1]),
            id="the managed identity at home",
        ),
    ],
)
async def test_both_directions_connect_across_tenants(estate, topology, rights):
    place = estate(topology, rights=rights)
    async with place.deployed() as app:
        report = await app.reconcile(None, budget_seconds=300)

    assert report.outcome is Outcome.SETTLED
    assert place.states() == ALL_CONNECTED


async def test_only_what_links_the_tenants_carries_a_second_token(estate):
    place = estate()
    async with place.deployed() as app:
        await app.reconcile(None, budget_seconds=300)

    carrying = [request for request, _ in place.requests if AUXILIARY in request.headers]
    written = {request.path.rpartition("/")[2] for request in carrying if request.method == "PUT"}
    assert written == {f"peer-{HUB}-{SPOKE}", f"peer-{SPOKE}-{HUB}"}
    assert all(
        request.method == "PUT"
        or "/locations/eastus2/" in request.path
        or "/locations/westeurope/" in request.path
        for request in carrying
    )


async def test_no_token_is_logged(estate, caplog):
    for name in ("azure", "azure.core.pipeline.policies.http_logging_policy"):  # the app keeps them quiet
        caplog.set_level(logging.DEBUG, logger=name)
    place = estate()
    async with place.deployed() as app:
        await app.reconcile(None, budget_seconds=300)

    seconds = [
        request.headers[AUXILIARY].partition(" ")[2]
        for request, _ in place.requests
        if AUXILIARY in request.headers
    ]
    tokens = {*place.tokens(), *seconds}
    assert len(tokens) > 1
    assert AUXILIARY in caplog.text
    assert not any(token in caplog.text for token in tokens)


async def test_a_leftover_of_the_other_tenant_goes_with_one_token(estate):
    place = estate()
    async with place.deployed() as app:
        await app.reconcile(None, budget_seconds=300)
        place.azure.world.delete_vnet(place.cloud.find(SPOKE, ELSEWHERE))
        await asyncio.sleep(15)
        place.requests.clear()
        await app.reconcile(None, budget_seconds=300)

    assert f"peer-{HUB}-{SPOKE}" not in place.states()
    deleted = [request for request, _ in place.requests if request.method == "DELETE"]
    assert [AUXILIARY in request.headers for request in deleted] == [False]


async def test_without_the_tenant_in_the_document_the_trouble_names_it(estate):
    place = estate(LOOKED_AFTER, rights=((IDENTITY.principal_id, SUBSCRIPTION),))
    async with place.deployed() as app:
        report = await app.reconcile(None, budget_seconds=300)

    [finding] = report.findings
    assert finding.reason is Reason.SUBSCRIPTION_UNREAD
    assert finding.detail.startswith(f"{ELSEWHERE}: InvalidAuthenticationTokenTenant: ")
    assert THEIRS in finding.detail
    assert finding.detail.endswith("under `tenants` of the topology document")
    assert place.states() == OURS_CONNECTED


@pytest.mark.parametrize(
    ("known", "code"),
    [
        pytest.param(application(consented=set()), "AADSTS700016", id="no service principal there"),
        pytest.param(None, "AADSTS700016", id="no such application"),
        pytest.param(application(trusted={"somebody"}), "AADSTS700213", id="it trusts another identity"),
    ],
)
async def test_an_application_that_cannot_sign_in_is_told_in_one_line_and_holds_up_nothing_of_ours(
    estate, known, code
):
    place = estate(IDENTITY_AT_HOME, known=known, rights=((IDENTITY.principal_id, SUBSCRIPTION),))
    async with place.deployed() as app:
        report = await app.reconcile(None, budget_seconds=300)

    [finding] = report.findings
    assert finding.reason is Reason.SUBSCRIPTION_UNREAD
    assert finding.detail.startswith(f"{ELSEWHERE}: {code}: tenant {THEIRS} refuses the sign-in: ")
    assert "Trace ID" not in finding.detail
    assert "\n" not in finding.detail
    assert place.states() == OURS_CONNECTED


@pytest.mark.parametrize("missing", [0, 1])
async def test_rights_are_needed_on_both_sides(estate, missing):
    short = {"roleName": "reads", "actions": ROLES["audit"]["actions"]}
    place = estate()
    whole, lost = AS_ONE_APPLICATION[1 - missing], AS_ONE_APPLICATION[missing]
    place.azure.arm.access.assignments = []
    grant(place.azure.arm.access, whole)
    principal, scope = lost
    place.azure.arm.access.assign(
        RoleAssignment(principal_id=principal, role=Role.of(short), scope=f"/subscriptions/{scope}")
    )
    async with place.deployed() as app:
        report = await app.reconcile(None, budget_seconds=300)

    codes = {blocked.error.code for blocked in report.blocked}
    assert codes <= {"AuthorizationFailed", "LinkedAuthorizationFailed"}
    assert codes
    assert place.states().get(f"peer-{HUB}-{SPOKE}") != "Connected"
