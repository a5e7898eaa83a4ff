from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.runware_tasks import BOAT, LATER, POLL


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limit", 429, "rateLimitExceeded"),
        ("quota", 402, "insufficientCredits"),
        ("auth", 401, "invalidApiKey"),
        ("model_gone", 400, "invalidModel"),
        ("server_error_before_charge", 500, "internalServerError"),
        ("server_error_after_charge", 500, "internalServerError"),
        ("moderation", 400, "contentPolicyViolation"),
    ],
)
def test_a_fault_speaks_as_runware_does(
    runware: Exchange, fault: str, status: int, code: str
) -> None:
    reply = runware(BOAT, fault=fault)

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)


def test_a_task_billed_before_the_server_failed_can_be_polled(runware: Exchange) -> None:
    runware(LATER, fault="server_error_after_charge")

    assert [item["status"] for item in runware(POLL).json()["data"]] == ["success"]


def test_a_refusal_of_an_asynchronous_task_is_seen_when_it_is_polled(
    runware: Exchange, bill: Bill
) -> None:
    runware(LATER, fault="moderation")

    polled = runware(POLL).json()

    assert [error["code"] for error in polled["errors"]] == ["contentPolicyViolation"]
    assert (polled["errors"][0]["status"], polled["data"]) == ("error", [])
    assert bill() == []


def test_a_partial_result_has_data_and_errors_and_bills_the_data(
    runware: Exchange, bill: Bill
) -> None:
    runware({**LATER, "numberResults": 3}, fault="partial")

    polled = runware(POLL).json()

    assert (len(polled["data"]), len(polled["errors"])) == (2, 1)
    assert [line.images for line in bill()] == [2]


def test_fewer_results_come_without_a_word(runware: Exchange) -> None:
    reply = runware({**BOAT, "numberResults": 3}, fault="fewer")

    assert len(reply.json()["data"]) == 2
    assert "errors" not in reply.json()


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(
    runware: Exchange, download: Exchange, fault: str, status: int
) -> None:
    [item] = runware(BOAT).json()["data"]

    assert download(item["imageURL"], fault=fault).status_code == status
    assert download(item["imageURL"]).status_code == 200


def test_a_download_can_break(runware: Exchange, download: Exchange) -> None:
    [item] = runware(BOAT).json()["data"]

    with pytest.raises(httpx.ReadError, match="the connection breaks"):
        download(item["imageURL"], fault="download_reset")


def test_a_download_can_be_text(runware: Exchange, download: Exchange) -> None:
    [item] = runware(BOAT, fault="not_an_image").json()["data"]

    assert download(item["imageURL"]).content == b"this is no image"


def test_a_poll_can_fail_while_the_task_goes_on(runware: Exchange) -> None:
    runware(LATER)

    assert runware(POLL, fault="poll_server_error").status_code == 500
    assert runware(POLL).json()["data"][0]["status"] == "success"
