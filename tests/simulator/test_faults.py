"""Scripted trouble, as the real SDK reads it: refusals, operations that fail late, lost answers, languages."""

import re

import pytest
from azure.core.exceptions import HttpResponseError

from simulator import errors
from simulator.network import refusals
from tests.clouds import ELSEWHERE, SUBSCRIPTION
from tests.simulator.refusal import Refusal
from tests.simulator.sdk import peering_path, sdk, vnet_path

PEERING = r"/virtualNetworkPeerings/"

WRITE = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write"
A, B, P = vnet_path("a"), vnet_path("b"), peering_path("a", "a-b")
BY_GATEWAY = {"by_gateway": True}
SCRIPTED = {
    "overlap": (refusals.spaces_overlap(P, A, B, ["10.0.0.0/16"]), {}),
    "overlap with a peered network": (
        refusals.overlaps_with_peered(P, A, vnet_path("c"), B, ["10.0.0.0/16"]),
        {},
    ),
    "another half": (refusals.remote_already_referenced(A, B, peering_path("a", "other")), {}),
    "remote disconnected": (refusals.remote_is_disconnected(P, peering_path("b", "b-a")), {}),
    "no gateway": (refusals.remote_has_no_gateways(P, B), {}),
    "transit": (refusals.remote_denies_transit(P), {}),
    "second gateway user": (refusals.second_remote_gateway(P, peering_path("a", "other")), {}),
    "reference": (refusals.reference_not_found(P, B, elsewhere=False), {}),
    "global reference": (refusals.reference_not_found(P, B, elsewhere=True), {}),
    "not provisioned": (refusals.reference_not_provisioned(P, A, "PutSubnetOperation"), {}),
    "name": (refusals.invalid_name("-"), {}),
    "api-version": (refusals.space_change_needs_newer_version(A), {}),
    "itself": (refusals.peering_with_itself(P, A), {}),
    "fixed remote": (refusals.remote_is_fixed(P), {}),
    "limit": (refusals.too_many_peerings(A, 500), {}),
    "not found": (refusals.peering_not_found(P), {}),
    "another operation": (refusals.another_operation(A, "PutSubnetOperation", "an-operation"), {}),
    "etag": (refusals.etag_mismatch(P), {"detail": "PreconditionFailedEtagMismatch"}),
    "busy": (
        refusals.retryable(A, "PutSubnetOperation", "an-operation", 11),
        {"detail": "RetryableErrorDueToAnotherOperation", "retry_after": True},
    ),
    "superseded": (
        refusals.superseded(P),
        {"detail": "CanceledAndSupersededDueToAnotherOperation"},
    ),
    "too many calls": (
        refusals.too_many_calls(42),
        {"detail": "RetryableErrorDueToTooManyCalls", "retry_after": True},
    ),
    "too much read": (
        refusals.too_much_read(42),
        {"detail": "RetryableErrorDueTooHighReadDataSize", "retry_after": True},
    ),
    "wrong tenant": (errors.token_of_wrong_tenant("another-tenant", "a-tenant"), BY_GATEWAY),
    "no rights": (errors.authorization_failed(WRITE, P), BY_GATEWAY),
    "no rights on the remote": (
        errors.linked_authorization_failed(P, "Microsoft.Network/virtualNetworks/peer/action", B),
        BY_GATEWAY,
    ),
    "remote of another tenant": (
        errors.linked_subscription_in_other_tenant("a-tenant", ELSEWHERE),
        BY_GATEWAY,
    ),
    "deny assignment": (errors.deny_assignment(WRITE, P), BY_GATEWAY),
    "policy": (errors.disallowed_by_policy("a-b", "deny-peering", "Deny peering"), BY_GATEWAY),
    "parent": (errors.resource_not_found("Microsoft.Network/virtualNetworks", "a", "rg"), BY_GATEWAY),
    "group": (errors.group_not_found("rg"), BY_GATEWAY),
    "subscription": (errors.subscription_not_found(SUBSCRIPTION), BY_GATEWAY),
    "locked": (errors.scope_locked(P, "write", [A]), BY_GATEWAY),
    "read-only subscription": (errors.read_only_subscription(SUBSCRIPTION), BY_GATEWAY),
    "group in deletion": (errors.group_being_deleted("rg"), BY_GATEWAY),
    "move": (errors.resources_being_moved("rg"), BY_GATEWAY),
    "throttled": (errors.throttled(7, of_subscription=True), BY_GATEWAY | {"retry_after": True}),
    "throttled tenant": (errors.throttled(7, of_subscription=False), BY_GATEWAY | {"retry_after": True}),
    "500": (errors.unavailable(500), BY_GATEWAY),
    "503": (errors.unavailable(503), BY_GATEWAY),
    "504": (errors.unavailable(504), BY_GATEWAY),
}
STATUSES = {
    "InvalidAuthenticationTokenTenant": 401,
    "AuthorizationFailed": 403,
    "LinkedAuthorizationFailed": 403,
    "DenyAssignmentAuthorizationFailed": 403,
    "RequestDisallowedByPolicy": 403,
    "NotFound": 404,
    "ResourceNotFound": 404,
    "ResourceGroupNotFound": 404,
    "SubscriptionNotFound": 404,
    "AnotherOperationInProgress": 409,
    "Canceled": 409,
    "ScopeLocked": 409,
    "ReadOnlyDisabledSubscription": 409,
    "ResourceGroupBeingDeleted": 409,
    "ResourcesBeingMoved": 409,
    "PreconditionFailed": 412,
    "RetryableError": 429,
    "SubscriptionRequestsThrottled": 429,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "GatewayTimeout": 504,
}
"""All others are 400."""


@pytest.mark.parametrize(("error", "shape"), SCRIPTED.values(), ids=SCRIPTED)
async def test_a_scripted_refusal_at_acceptance(error, shape):
    async with sdk() as cloud:
        cloud.faults.refuse("PUT", PEERING, error, times=1)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b")
        Refusal(status=STATUSES.get(error.code, 400), code=error.code, **shape).check(caught.value)
        assert await cloud.states() == (None, None)
        assert (await cloud.peer("a", "b")).peering_state == "Initiated"


@pytest.mark.parametrize(("error", "shape"), SCRIPTED.values(), ids=SCRIPTED)
async def test_a_scripted_failure_of_the_operation_comes_with_status_200(error, shape):
    async with sdk() as cloud:
        cloud.faults.fail_late("PUT", PEERING, error, times=1)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b")
        Refusal(status=200, code=error.code, detail=shape.get("detail")).check(caught.value)
        assert await cloud.states() == (None, None)
        assert (await cloud.peer("a", "b")).peering_state == "Initiated"


async def test_deletions_and_networks_fail_late_too():
    failure = refusals.another_operation(A, "PutSubnetOperation", "an-operation")
    late = Refusal(status=200, code="AnotherOperationInProgress")
    async with sdk() as cloud:
        await cloud.peer("a", "b")
        await cloud.peer("b", "a")
        for method, path in (
            ("DELETE", PEERING),
            ("DELETE", "/virtualNetworks/a$"),
            ("PUT", "/virtualNetworks/a$"),
        ):
            cloud.faults.fail_late(method, path, failure, times=1)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.unpeer("a", "b")
        late.check(caught.value)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.delete_vnet("a")
        late.check(caught.value)
        assert await cloud.states() == ("Connected", "Connected")
        with pytest.raises(HttpResponseError) as caught:
            await cloud.vnet("a", "10.0.0.0/16", "10.9.0.0/16")
        late.check(caught.value)
        assert (await cloud.client.virtual_networks.get("rg", "a")).provisioning_state == "Failed"


async def test_a_policy_says_which_assignment_it_was():
    async with sdk() as cloud:
        cloud.faults.refuse(
            "PUT", PEERING, errors.disallowed_by_policy("a-b", "deny-peering", "Deny peering")
        )
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b")

    error = caught.value.error
    assert error.target == "a-b"
    assert error.additional_info[0].type == "PolicyViolation"
    assert error.additional_info[0].info["policyAssignmentName"] == "deny-peering"


async def test_an_answer_lost_after_the_write_has_happened():
    async with sdk() as cloud:
        cloud.faults.lose_answer("PUT", PEERING, errors.unavailable(504), times=1)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "b")

        assert caught.value.status_code == 504
        assert await cloud.states() == ("Initiated", None)


@pytest.mark.parametrize("how", ["natural", "refused", "late"])
async def test_texts_can_come_in_german_and_codes_never_do(how):
    async with sdk() as cloud:
        cloud.faults.language = "de"
        busy = refusals.another_operation(A, "PutSubnetOperation", "an-operation")
        if how == "refused":
            cloud.faults.refuse("PUT", PEERING, busy)
        elif how == "late":
            cloud.faults.fail_late("PUT", PEERING, busy)
        with pytest.raises(HttpResponseError) as caught:
            await cloud.peer("a", "a" if how == "natural" else "b")

    error = caught.value.error
    assert error.code == (
        "VnetCannotBePeeredWithItself" if how == "natural" else "AnotherOperationInProgress"
    )
    assert re.search(r"\b(wird|konnte)\b", error.message)
    assert not re.search(r"\b(the|another|its)\b", error.message, re.IGNORECASE)
    assert A in error.message
