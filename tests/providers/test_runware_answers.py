from __future__ import annotations

from typing import Any

import pytest

from imagelab import errors
from imagelab.errors import Charged
from imagelab.providers.answers import Complaint, document
from imagelab.providers.runware import PROVIDER
from imagelab.providers.runware_answers import complaints, entries, kind_of, refusal, task_failure
from imagelab.providers.steps import Reply, Verdict
from tests.providers.runware_task import TASK
from tests.providers.tape import replied

# Codes from Runware's page "Errors" and the table of its package runware-sdk 1.8.0.
ROWS: list[tuple[str, type[errors.ProviderError], Charged]] = [
    ("contentPolicyViolation", errors.RefusedError, "unknown"),
    ("providerContentPolicyViolation", errors.RefusedError, "unknown"),
    ("sensitiveContentDetected", errors.RefusedError, "unknown"),
    ("nsfwContentDetected", errors.RefusedError, "unknown"),
    ("promptBlocked", errors.RefusedError, "unknown"),
    ("imageBlocked", errors.RefusedError, "unknown"),
    ("moderationFailed", errors.RefusedError, "unknown"),
    ("invalidProviderContent", errors.RefusedError, "unknown"),
    ("providerRateLimitExceeded", errors.RateLimitError, "no"),
    ("insufficientCredits", errors.QuotaError, "no"),
    ("dailyQuota", errors.QuotaError, "no"),
    ("insufficientBalance", errors.QuotaError, "no"),
    ("paymentRequired", errors.QuotaError, "no"),
    ("invalidApiKey", errors.AuthError, "no"),
    ("missingApiKey", errors.AuthError, "no"),
    ("unauthorized", errors.AuthError, "no"),
    ("tokenExpired", errors.AuthError, "no"),
    ("internalServerError", errors.UnavailableError, "unknown"),
    ("serviceUnavailable", errors.UnavailableError, "unknown"),
    ("inferenceError", errors.UnavailableError, "unknown"),
    ("noAvailableServer", errors.UnavailableError, "unknown"),
    ("modelUnavailable", errors.UnavailableError, "unknown"),
    ("providerError", errors.UnavailableError, "unknown"),
    ("timeoutProvider", errors.UnavailableError, "unknown"),
    ("taskTimeout", errors.UnavailableError, "unknown"),
    ("taskCancelled", errors.CancelledError, "unknown"),
    ("modelNotFound", errors.ModelGoneError, "no"),
    ("taskFailedOrNotFound", errors.UnavailableError, "unknown"),
    ("resultExpired", errors.UnavailableError, "unknown"),
    ("invalidParameterValue", errors.InvalidError, "no"),
    ("missingParameter", errors.InvalidError, "no"),
    ("unsupportedDimensions", errors.InvalidError, "no"),
    ("duplicateParameter", errors.InvalidError, "no"),
    ("valueTooLarge", errors.InvalidError, "no"),
    ("arrayTooLong", errors.InvalidError, "no"),
    ("maxPromptLength", errors.InvalidError, "no"),
]


@pytest.mark.parametrize(("code", "kind", "charged"), ROWS)
def test_a_task_that_failed_has_its_type_and_its_charge(
    code: str, kind: type[errors.ProviderError], charged: Charged
) -> None:
    found = task_failure(Complaint("so it is", code), Reply(200, {}, b""), "k")

    assert type(found) is kind
    assert found.charged == charged
    assert "'so it is'" in str(found)


@pytest.mark.parametrize(("code", "kind", "charged"), ROWS)
def test_a_task_turned_away_at_the_door_cost_nothing(
    code: str, kind: type[errors.ProviderError], charged: Charged
) -> None:
    del charged
    reply = replied({"data": [], "errors": [{"code": code, "message": "so it is"}]}, 400)

    found = refusal(reply, document(reply))

    # A timeout at the door does not say which side of it the task is on.
    assert found is None or (type(found) is kind and found.charged == "no")
    assert (found is None) == ("timeout" in code.lower())


@pytest.mark.parametrize("status", [500, 503, 408])
def test_a_servers_trouble_is_no_refusal(status: int) -> None:
    reply = replied({"errors": [{"code": "internalServerError", "message": "?"}]}, status)

    assert refusal(reply, document(reply)) is None
    assert PROVIDER.verdict(reply) == Verdict("unknown", again=True)


def test_a_rate_limit_may_be_tried_again() -> None:
    reply = Reply(429, {"retry-after": "3"}, b"")

    assert PROVIDER.verdict(reply) == Verdict("no", again=True, after=3)


def test_no_credit_is_not_tried_again() -> None:
    reply = replied({"errors": [{"code": "insufficientCredits", "message": "?"}]}, 402)

    assert PROVIDER.verdict(reply) == Verdict("no")


@pytest.mark.parametrize(
    "said",
    [{"data": [{"taskUUID": TASK}]}, {"data": [], "errors": [{"code": "conflictTaskUUID"}]}],
)
def test_a_task_taken_on_is_charged(said: dict[str, Any]) -> None:
    assert PROVIDER.verdict(replied(said)) == Verdict("yes")


def test_a_code_nobody_knows_goes_by_the_status() -> None:
    assert kind_of(Complaint("?", "brandNew"), 403) is errors.AuthError
    assert kind_of(Complaint("?", "brandNew"), 400) is errors.InvalidError


def test_entries_of_other_tasks_are_not_ours() -> None:
    ours = {"taskUUID": TASK.upper(), "imageUUID": "1"}

    assert entries({"data": [{"taskUUID": "other"}, ours, {"status": "processing"}]}, TASK) == [
        ours
    ]


def test_one_failure_told_in_two_places_counts_once() -> None:
    error = {"code": "inferenceError", "message": "?", "taskUUID": TASK}
    entry = {"taskUUID": TASK, "status": "error", "error": error}

    assert len(complaints({"data": [entry], "errors": [error]}, TASK)) == 1


def test_being_asked_too_often_is_no_failure_of_the_task() -> None:
    said = {"data": [], "errors": [{"code": "rateLimitExceeded", "message": "?"}]}

    assert complaints(said, TASK) == ()
