from __future__ import annotations

from typing import Any

import pytest

from imagelab import errors
from imagelab.errors import Charged
from imagelab.providers.oxen import PROVIDER
from imagelab.providers.oxen_answers import failure, generations
from imagelab.providers.steps import Reply, Verdict
from tests.providers.oxen_call import PAGES, queued
from tests.providers.tape import replied

ROWS: list[tuple[int, dict[str, Any] | None, type[errors.ProviderError], Charged]] = [
    (401, {"type": "unauthenticated", "title": "unauthenticated"}, errors.AuthError, "no"),
    (403, {"message": "forbidden"}, errors.AuthError, "no"),
    (402, {"message": "Insufficient credits"}, errors.QuotaError, "no"),
    (400, {"title": "Insufficient credits"}, errors.QuotaError, "no"),
    (400, {"message": "Prompt cannot be empty"}, errors.InvalidError, "no"),
    (
        400,
        {"message": "num_generations must be an integer between 1 and 4"},
        errors.InvalidError,
        "no",
    ),
    (400, {"message": ":unsupported_media_type"}, errors.InvalidError, "no"),
    (400, {"detail": "rejected by the safety system"}, errors.RefusedError, "no"),
    (404, {"message": "Model not found: gpt-image-1-5"}, errors.ModelGoneError, "no"),
    (422, {"type": "invalid_params", "title": "odd"}, errors.InvalidError, "no"),
    (429, {"message": "slow down"}, errors.RateLimitError, "no"),
    (429, None, errors.RateLimitError, "no"),
    (500, {"type": "unknown_error", "title": "oops"}, errors.OutcomeUnknownError, "unknown"),
    (502, {"message": "upstream"}, errors.OutcomeUnknownError, "unknown"),
    (408, {"message": "timeout"}, errors.OutcomeUnknownError, "unknown"),
    (200, {"message": "odd"}, errors.OutcomeUnknownError, "unknown"),
    (200, None, errors.ProtocolError, "unknown"),
]


@pytest.mark.parametrize(("status", "error", "kind", "charged"), ROWS)
def test_every_row_of_the_table_has_its_type_and_its_charge(
    status: int,
    error: dict[str, Any] | None,
    kind: type[errors.ProviderError],
    charged: Charged,
) -> None:
    found = failure(replied({"error": error, "status": "error"} if error else {}, status))

    assert type(found) is kind
    assert found.charged == charged


def test_a_documented_error_is_told_in_its_own_words_with_its_request() -> None:
    reply = replied(PAGES["missing"], 404, {"x-request-id": "F1"})

    assert "'The requested resource could not be found'" in str(failure(reply))
    assert failure(reply).request_id == "F1"


def test_plain_words_are_read_as_well() -> None:
    found = failure(Reply(400, {}, b"Prompt cannot be empty"))

    assert isinstance(found, errors.InvalidError)
    assert "Prompt cannot be empty" in str(found)


def test_a_page_with_a_refusing_status_may_stand_before_a_paid_answer() -> None:
    found = failure(Reply(403, {}, b"<html>blocked</html>"))

    assert isinstance(found, errors.OutcomeUnknownError)


def test_a_key_the_vendor_quotes_is_taken_out() -> None:
    reply = replied({"error": {"message": "unauthenticated: x-secret"}}, 401)

    assert "x-secret" not in str(failure(reply, "x-secret"))


@pytest.mark.parametrize(
    "document",
    [None, [], {"generations": 7}, {"generations": [7, {"generation_id": "a" * 300}]}],
)
def test_what_is_no_id_is_none(document: object) -> None:
    assert generations(document) == ()


def test_what_was_queued_or_given_is_charged() -> None:
    assert PROVIDER.verdict(queued("g-1")) == Verdict("yes")
    assert PROVIDER.verdict(replied({"images": [{"url": "https://a.example"}]})) == Verdict("yes")


@pytest.mark.parametrize(("after", "again"), [("7", True), ("3600", False)])
def test_a_rate_limit_is_tried_again_where_it_is_soon(after: str, *, again: bool) -> None:
    reply = replied({"error": {"message": "slow"}}, 429, {"retry-after": after})

    assert PROVIDER.verdict(reply) == Verdict("no", again=again, after=float(after))


@pytest.mark.parametrize(("status", "charged"), [(402, "no"), (500, "unknown"), (408, "unknown")])
def test_nothing_else_is_tried_again(status: int, charged: Charged) -> None:
    assert PROVIDER.verdict(replied({"error": {"message": "x"}}, status)) == Verdict(charged)
