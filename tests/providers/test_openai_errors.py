from __future__ import annotations

from typing import Any

import pytest

from imagelab import errors
from imagelab.errors import Charged
from imagelab.providers.openai import PROVIDER
from imagelab.providers.openai_errors import failure
from imagelab.providers.steps import Reply, Verdict
from tests.providers.tape import replied

# The rows of OpenAI's error table, shaped after the error object of its API reference.
ROWS: list[tuple[int, dict[str, Any], type[errors.ProviderError], Charged]] = [
    (400, {"type": "invalid_request_error", "param": "size"}, errors.InvalidError, "no"),
    (400, {"code": "moderation_blocked"}, errors.RefusedError, "no"),
    (400, {"type": "image_generation_user_error"}, errors.RefusedError, "no"),
    (400, {"code": "billing_hard_limit_reached"}, errors.QuotaError, "no"),
    (401, {"code": "invalid_api_key"}, errors.AuthError, "no"),
    (403, {"type": "forbidden"}, errors.AuthError, "no"),
    (404, {"code": "model_not_found"}, errors.ModelGoneError, "no"),
    (404, {"type": "invalid_request_error"}, errors.InvalidError, "no"),
    (409, {"type": "conflict"}, errors.InvalidError, "no"),
    (413, {"type": "too_large"}, errors.InvalidError, "no"),
    (422, {"type": "unprocessable"}, errors.InvalidError, "no"),
    (429, {"code": "rate_limit_exceeded"}, errors.RateLimitError, "no"),
    (429, {"code": "insufficient_quota"}, errors.QuotaError, "no"),
    (408, {"type": "timeout"}, errors.OutcomeUnknownError, "unknown"),
    (500, {"type": "server_error"}, errors.OutcomeUnknownError, "unknown"),
    (502, {"type": "server_error"}, errors.OutcomeUnknownError, "unknown"),
    (503, {"type": "server_error"}, errors.OutcomeUnknownError, "unknown"),
    (504, {"type": "server_error"}, errors.OutcomeUnknownError, "unknown"),
    (200, {"type": "server_error"}, errors.ProtocolError, "unknown"),
]


@pytest.mark.parametrize(("status", "error", "kind", "charged"), ROWS)
def test_every_row_of_the_table_has_its_type_and_its_charge(
    status: int, error: dict[str, Any], kind: type[errors.ProviderError], charged: Charged
) -> None:
    found = failure(_refused(status, message="so it is", **error))

    assert type(found) is kind
    assert found.charged == charged
    assert "'so it is'" in str(found)


@pytest.mark.parametrize(("stage", "charged"), [("input", "no"), ("output", "unknown")])
def test_moderation_of_the_finished_image_may_have_been_billed(
    stage: str, charged: Charged
) -> None:
    details = {"moderation_stage": stage, "categories": ["violence"]}

    found = failure(_refused(400, code="moderation_blocked", moderation_details=details))

    assert isinstance(found, errors.RefusedError)
    assert found.charged == charged


@pytest.mark.parametrize(
    "body",
    [
        {"error": "the queue is full"},
        {"detail": "the queue is full"},
        {"detail": [{"loc": ["body"], "msg": "the queue is full"}]},
        {"message": "the queue is full"},
    ],
)
def test_compatible_servers_complain_in_other_shapes(body: dict[str, Any]) -> None:
    found = failure(replied(body, 422))

    assert isinstance(found, errors.InvalidError)
    assert "'the queue is full'" in str(found)


def test_plain_text_is_a_complaint_too() -> None:
    found = failure(Reply(400, {}, b"no such size"))

    assert isinstance(found, errors.InvalidError)
    assert "'no such size'" in str(found)


def test_a_page_with_a_refusing_status_may_stand_before_a_paid_answer() -> None:
    found = failure(Reply(403, {}, b"<html>blocked by your company</html>"))

    assert isinstance(found, errors.OutcomeUnknownError)
    assert found.charged == "unknown"


def test_the_request_id_is_named() -> None:
    reply = Reply(500, {"x-request-id": "req_7"}, b"{}")

    assert failure(reply).request_id == "req_7"
    assert "request req_7" in str(failure(reply))


def test_a_key_the_vendor_quotes_is_taken_out() -> None:
    reply = _refused(401, message="incorrect key sk-secret", code="invalid_api_key")

    assert "sk-secret" not in str(failure(reply, key="sk-secret"))


def test_a_rate_limit_may_be_tried_again_when_it_says() -> None:
    reply = _refused(429, {"retry-after": "7"}, code="rate_limit_exceeded")

    assert PROVIDER.verdict(reply) == Verdict("no", again=True, after=7)


def test_a_rate_limit_without_a_time_may_be_tried_again() -> None:
    assert PROVIDER.verdict(Reply(429, {}, b"")) == Verdict("no", again=True)


def test_a_rate_limit_of_an_hour_is_for_a_person_to_decide() -> None:
    reply = _refused(429, {"retry-after": "3600"}, code="rate_limit_exceeded")

    assert PROVIDER.verdict(reply) == Verdict("no", again=False, after=3600)


def test_a_limit_told_in_a_success_is_not_tried_again() -> None:
    reply = _refused(200, message="slow down", code="rate_limit_exceeded")

    assert PROVIDER.verdict(reply) == Verdict("unknown")


def test_no_money_is_not_tried_again() -> None:
    reply = _refused(429, {"retry-after": "7"}, code="insufficient_quota")

    assert PROVIDER.verdict(reply) == Verdict("no")


def test_a_servers_trouble_is_never_tried_again() -> None:
    assert PROVIDER.verdict(_refused(503, message="busy")) == Verdict("unknown")


def test_an_answer_with_an_image_was_charged() -> None:
    reply = replied({"data": [{"b64_json": "aGk="}]})

    assert PROVIDER.verdict(reply) == Verdict("yes")


def _refused(status: int, headers: dict[str, str] | None = None, **error: Any) -> Reply:
    return replied({"error": error}, status, headers)
