from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.errors import AuthError, RateLimitError
from imagelab.providers.answers import (
    LONGEST_WORDS,
    Complaint,
    complaint_of,
    complaints,
    document,
    failure,
    retry_after,
    text,
    whole,
)
from imagelab.providers.steps import Reply


@pytest.mark.parametrize(
    "said",
    [
        {"error": {"message": "too large", "code": "big"}},
        {"errors": [{"message": "too large", "code": "big"}]},
        {"error": {"detail": "too large", "errorCode": "big"}},
        {"code": "big", "message": "too large"},
    ],
)
def test_a_complaint_is_read_in_each_spelling(said: dict[str, Any]) -> None:
    [found] = complaints(said)

    assert (found.message, found.code) == ("too large", "big")


@pytest.mark.parametrize("said", [None, [], "text", 7, {}, {"error": None}, {"data": [1]}])
def test_what_is_no_complaint_gives_none(said: object) -> None:
    assert complaints(said) == ()


def test_a_deep_nest_is_no_complaint() -> None:
    body = b'{"detail": ' + b"[" * 900 + b"]" * 900 + b"}"

    assert complaint_of(Reply(400, {}, body)) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1}', b"\xff\xfe", b"   "])
def test_a_page_or_a_blank_is_no_complaint(body: bytes) -> None:
    assert complaint_of(Reply(400, {}, body)) is None


def test_text_called_html_is_no_complaint() -> None:
    reply = Reply(400, {"content-type": "text/html"}, b"Bad Gateway")

    assert complaint_of(reply) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        (
            {
                "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT",
                "date": "Fri, 20 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_each_spelling(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_no_header_text_is_an_exception(said: str, date: str) -> None:
    found = retry_after({"retry-after": said, "date": date})

    assert found is None or found >= 0


def test_a_rate_limit_carries_its_time() -> None:
    reply = Reply(429, {"retry-after": "7"}, b"")

    found = failure(RateLimitError, "openai", None, reply, charged="no")

    assert isinstance(found, RateLimitError)
    assert found.retry_after == 7


def test_an_error_is_one_sentence_with_the_vendors_words_and_what_to_do() -> None:
    complaint = Complaint("no such key\n\x1b[31m", "invalid_api_key")

    found = failure(AuthError, "openai", complaint, Reply(401, {}, b""), charged="no")

    assert str(found) == (
        "openai: did not accept the key: 'no such key\\n\\x1b[31m'; "
        "check the key and what it may do (HTTP 401)"
    )


def test_a_flood_of_words_is_cut() -> None:
    complaint = Complaint("no " * 10_000)

    found = failure(AuthError, "openai", complaint, Reply(401, {}, b""), charged="no")

    assert len(str(found)) < LONGEST_WORDS + 150


def test_the_key_is_never_in_an_error() -> None:
    complaint = Complaint("sk-CANARY is wrong")

    found = failure(
        AuthError, "openai", complaint, Reply(401, {}, b""), charged="no", key="sk-CANARY"
    )

    assert "CANARY" not in str(found)
    assert "CANARY" not in repr(found)


def test_fractions_stay_exact_and_numbers_that_are_none_cost_nothing_else() -> None:
    body = b'{"cost": 0.19961, "odd": NaN, "huge": 1e99999999999999999999}'

    found = document(Reply(200, {}, body))

    assert str(found["cost"]) == "0.19961"
    assert (str(found["odd"]), str(found["huge"])) == ("NaN", "NaN")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_json_is_none(body: bytes) -> None:
    assert document(Reply(200, {}, body)) is None


def test_values_of_another_type_are_none() -> None:
    assert [text(v) for v in ("a", "", 7, None)] == ["a", None, None, None]
    assert [whole(v) for v in (7, True, 2**63, "7", None)] == [7, None, None, None, None]


def test_a_lone_surrogate_in_the_words_can_be_printed() -> None:
    body = json.dumps({"error": "\ud800"}).encode()

    found = failure(
        AuthError, "openai", complaint_of(Reply(401, {}, body)), Reply(401, {}, b""), charged="no"
    )

    assert str(found).encode()
