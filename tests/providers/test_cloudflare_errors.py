from __future__ import annotations

from typing import Any

import pytest

from imagelab import errors
from imagelab.errors import Charged
from imagelab.providers.cloudflare import PROVIDER
from imagelab.providers.cloudflare_answers import failure
from imagelab.providers.steps import Reply, Verdict
from tests.providers.tape import replied

# Cloudflare's pages "Workers AI errors", "Set up Guardrails", "Unified billing" and "Spend
# limits", with the issues that tell what comes: 7000 in cloudflare-docs#33336, 402 in
# cloudflare/ai#548.
ROWS: list[tuple[int, int | None, str, type[errors.ProviderError], Charged]] = [
    (404, 7003, "could not route", errors.InvalidError, "no"),
    (401, 10_000, "authentication error", errors.AuthError, "no"),
    (403, 10_000, "authentication error", errors.AuthError, "no"),
    (400, 5007, "no such model", errors.ModelGoneError, "no"),
    (404, 3042, "invalid model id", errors.ModelGoneError, "no"),
    (400, 5004, "invalid data", errors.InvalidError, "no"),
    (400, 3003, "incomplete request", errors.InvalidError, "no"),
    (400, 5006, "bad input", errors.InvalidError, "no"),
    (403, 5018, "not allowed", errors.AuthError, "no"),
    (403, 3041, "no access", errors.AuthError, "no"),
    (403, 5016, "agreement not accepted", errors.AuthError, "no"),
    (403, 3023, "account blocked", errors.AuthError, "no"),
    (405, 5019, "deprecated sdk", errors.InvalidError, "no"),
    (405, 5005, "method not allowed", errors.InvalidError, "no"),
    (413, 3006, "request too large", errors.InvalidError, "no"),
    (408, 3007, "timeout", errors.OutcomeUnknownError, "unknown"),
    (408, 3008, "aborted", errors.OutcomeUnknownError, "unknown"),
    (400, 3007, "timeout", errors.OutcomeUnknownError, "unknown"),
    (429, 3036, "account limited", errors.QuotaError, "no"),
    (429, 3040, "out of capacity", errors.RateLimitError, "no"),
    (429, None, "spend limit reached", errors.QuotaError, "no"),
    (429, None, "slow down", errors.RateLimitError, "no"),
    (402, None, "no credits", errors.QuotaError, "no"),
    (400, None, "bring your own key only, and no key is stored", errors.InvalidError, "no"),
    (500, 7000, "Invalid request body", errors.InvalidError, "no"),
    (500, 3043, "internal server error", errors.OutcomeUnknownError, "unknown"),
    (502, None, "bad gateway", errors.OutcomeUnknownError, "unknown"),
    (424, None, "failed dependency", errors.OutcomeUnknownError, "unknown"),
    (424, 2016, "Prompt blocked due to security configurations", errors.RefusedError, "no"),
    (424, 2017, "Response blocked due to security configurations", errors.RefusedError, "unknown"),
    (400, None, "moderation_blocked: no", errors.RefusedError, "no"),
    (400, 5006, "rejected by the safety system", errors.RefusedError, "no"),
    (400, 5006, "content_policy_violation", errors.RefusedError, "no"),
    (400, 5006, "moderation_blocked at stage output", errors.RefusedError, "unknown"),
    (200, 5007, "no such model", errors.OutcomeUnknownError, "unknown"),
]


@pytest.mark.parametrize(("status", "code", "words", "kind", "charged"), ROWS)
def test_every_row_of_the_table_has_its_type_and_its_charge(
    status: int, code: int | None, words: str, kind: type[errors.ProviderError], charged: Charged
) -> None:
    found = failure(_refused(status, code, words))

    assert type(found) is kind
    assert found.charged == charged
    assert found.code == (str(code) if code else None)
    assert repr(words) in str(found)


@pytest.mark.parametrize("around", [lambda d: d, lambda d: {"success": True, "result": d}])
def test_a_failed_state_may_have_been_billed_and_is_not_sent_again(around: Any) -> None:
    failed = {"state": "Failed", "error": {"code": "provider_unavailable", "message": "it fell"}}

    found = failure(replied(around(failed)))

    assert isinstance(found, errors.OutcomeUnknownError)
    assert (found.charged, found.code) == ("unknown", "provider_unavailable")
    assert "'it fell'; look at the account's usage page" in str(found)


def test_a_page_with_a_refusing_status_may_stand_before_a_paid_answer() -> None:
    found = failure(Reply(403, {}, b"<html>blocked by your company</html>"))

    assert isinstance(found, errors.OutcomeUnknownError)
    assert found.charged == "unknown"


def test_the_ray_of_the_request_is_named() -> None:
    reply = Reply(500, {"cf-ray": "8f2a-ZRH"}, b"{}")

    assert failure(reply).request_id == "8f2a-ZRH"
    assert "request 8f2a-ZRH" in str(failure(reply))


def test_a_key_the_vendor_quotes_is_taken_out() -> None:
    reply = _refused(401, 10_000, "not with t-secret")

    assert "t-secret" not in str(failure(reply, key="t-secret"))


def test_no_capacity_may_be_tried_again_when_it_says() -> None:
    reply = _refused(429, 3040, "out of capacity", {"retry-after": "7"})

    assert PROVIDER.verdict(reply) == Verdict("no", again=True, after=7)


def test_a_wait_of_an_hour_is_for_a_person_to_decide() -> None:
    reply = _refused(429, 3040, "out of capacity", {"retry-after": "3600"})

    assert PROVIDER.verdict(reply) == Verdict("no", again=False, after=3600)


@pytest.mark.parametrize(
    ("status", "code", "words", "charged"),
    [
        (429, None, "spend limit reached", "no"),
        (429, 3036, "account limited", "no"),
        (500, 7000, "Invalid request body", "no"),
        (500, 3043, "internal server error", "unknown"),
        (408, 3007, "timeout", "unknown"),
    ],
)
def test_nothing_else_is_tried_again(
    status: int, code: int | None, words: str, charged: Charged
) -> None:
    assert PROVIDER.verdict(_refused(status, code, words)) == Verdict(charged)


def _refused(
    status: int, code: int | None, words: str, headers: dict[str, str] | None = None
) -> Reply:
    error = {"message": words} | ({"code": code} if code else {})
    told = {"success": False, "errors": [error], "messages": [], "result": None}
    return replied(told, status, headers)
