"""How Azure's error codes are sorted: what is tried again, looked at again, and left to a person."""

import pytest

from shared.model.error_codes import CODES, advice_on
from shared.model.errors import ErrorKind

BUSY = {
    "AnotherOperationInProgress",
    "Canceled",
    "CanceledAndSupersededDueToAnotherOperation",
    "OperationPreempted",
    "ReferencedResourceNotProvisioned",
    "ResourcesBeingMoved",
    "RetryableError",
    "RetryableErrorDueToAnotherOperation",
}
THROTTLED = {
    "RetryableErrorDueToTooManyCalls",
    "RetryableErrorDueTooHighReadDataSize",
    "SubscriptionRequestsThrottled",
    "TooManyRequests",
}
UNAVAILABLE = {"AADSTS90033", "GatewayTimeout", "InternalServerError", "ServiceUnavailable"}
LOOKED_AT_AGAIN = {
    "AnotherPeeringAlreadyReferencesRemoteVnet",
    "InvalidGlobalResourceReference",
    "InvalidResourceReference",
    "NotFound",
    "ParentResourceNotFound",
    "PreconditionFailed",
    "RemotePeeringIsDisconnected",
    "ResourceGroupBeingDeleted",
    "ResourceGroupNotFound",
    "ResourceNotFound",
}


def sorted_as(kind):
    return {code for code, known in CODES.items() if known.kind is kind}


def test_a_network_that_others_write_is_tried_again():
    assert sorted_as(ErrorKind.BUSY) == BUSY


def test_too_many_calls_wait_as_long_as_azure_says():
    assert sorted_as(ErrorKind.THROTTLED) == THROTTLED


def test_no_usable_answer_leaves_open_whether_a_write_took_effect():
    assert sorted_as(ErrorKind.UNAVAILABLE) == UNAVAILABLE


def test_what_went_or_came_meanwhile_is_looked_at_again():
    assert sorted_as(ErrorKind.STALE) == LOOKED_AT_AGAIN


def test_everything_else_is_left_to_a_person_with_advice():
    people = CODES.keys() - BUSY - THROTTLED - UNAVAILABLE - LOOKED_AT_AGAIN
    assert sorted_as(ErrorKind.NEEDS_A_PERSON) == people
    assert all(CODES[code].advice for code in people)
    assert {"AuthorizationFailed", "ScopeLocked", "RequestDisallowedByPolicy"} <= people


@pytest.mark.parametrize("code", ["NobodyKnowsThis", "AnotherOperationInProgress"])
def test_without_advice_of_ours_the_message_is_to_be_read(code):
    assert advice_on(code) == "see the message; it is tried again on every timer run"


def test_advice_of_ours_is_given():
    assert advice_on("ScopeLocked") == "remove the lock from the scope that the message names"
