from __future__ import annotations

from typing import Any

import pytest

from imagelab import errors
from imagelab.errors import OutcomeUnknownError, ProtocolError, ProviderError
from imagelab.providers.apiframe import PROVIDER
from imagelab.providers.steps import Reply, Verdict
from tests.providers.apiframe_call import ACCEPTED, BASE, KEY, PAGES, boat_call
from tests.providers.tape import played, replied


def refused(reply: Reply) -> ProviderError:
    with pytest.raises(ProviderError, match=r"^apiframe") as caught:
        played(PROVIDER.generate(boat_call(), KEY, BASE), reply)
    return caught.value


@pytest.mark.parametrize(("status", "body", "kind", "words"), PAGES["refusals"])
def test_a_documented_refusal_is_understood_and_free(
    status: int, body: dict[str, Any], kind: str, words: str
) -> None:
    error = refused(replied(body, status))

    assert type(error) is getattr(errors, kind)
    assert words in str(error)
    assert error.charged == "no"
    assert PROVIDER.verdict(replied(body, status)).charged == "no"


def test_a_key_that_was_used_for_another_body_may_have_been_billed() -> None:
    reply = replied({"error": "Idempotency key was used with a different request body"}, 409)

    error = refused(reply)

    assert isinstance(error, ProtocolError)
    assert "another request under the key of call 0190-u" in str(error)
    assert PROVIDER.verdict(reply) == Verdict("unknown", again=False)


def test_a_job_that_is_accepted_is_charged() -> None:
    assert PROVIDER.verdict(ACCEPTED) == Verdict("yes")
    assert PROVIDER.verdict(replied({**PAGES["accepted"], "status": "COMPLETED"})) == Verdict("yes")


def test_a_rate_limit_may_be_tried_again_when_it_says() -> None:
    reply = replied({"error": "Too many requests"}, 429, {"retry-after": "7"})

    assert PROVIDER.verdict(reply) == Verdict("no", again=True, after=7)


def test_a_long_rate_limit_is_for_a_person() -> None:
    reply = replied({"error": "Too many requests"}, 429, {"retry-after": "3600"})

    assert PROVIDER.verdict(reply) == Verdict("no", again=False, after=3600)


@pytest.mark.parametrize("status", [500, 502, 503, 408, 302])
def test_a_servers_trouble_is_sent_again_under_the_same_key(status: int) -> None:
    assert PROVIDER.verdict(replied({"error": "trouble"}, status)) == Verdict("unknown", again=True)
    assert isinstance(refused(replied({"error": "trouble"}, status)), OutcomeUnknownError)


@pytest.mark.parametrize("body", [b"<!doctype html>", b"[]", b'{"jobId"'])
@pytest.mark.parametrize("status", [200, 202, 403, 502])
def test_what_something_in_between_says_is_no_refusal(status: int, body: bytes) -> None:
    assert PROVIDER.verdict(Reply(status, {}, body)) == Verdict("unknown", again=True)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    assert not PROVIDER.verdict(replied({"error": "no"}, status)).again


def test_the_key_is_taken_out_of_the_vendors_words() -> None:
    error = refused(replied({"error": f"unknown key {KEY}"}, 401))

    assert KEY not in str(error)
