from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Bill, Exchange
from tests.sandbox.pictures import opened
from tests.sandbox.runware_tasks import (
    BOAT,
    DETAILS,
    EXAMPLES,
    ID,
    LATER,
    OTHER,
    POLL,
    VERY_SLOW,
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_the_documented_requests_are_answered_at_the_documented_cost(
    runware: Exchange, download: Exchange, example: dict[str, Any]
) -> None:
    [item] = runware({**example["request"], "includeCost": True}).json()["data"]

    image = opened(download(item["imageURL"]).content)
    assert item["cost"] == pytest.approx(example["response"]["cost"], rel=0.01)
    assert item["taskUUID"] == example["response"]["taskUUID"]
    assert image.size == (example["request"]["width"], example["request"]["height"])
    assert image.format == "JPEG"


def test_the_cost_is_told_only_when_it_was_asked_for(runware: Exchange) -> None:
    [item] = runware(BOAT).json()["data"]

    assert set(item) == {"taskType", "taskUUID", "imageUUID", "imageURL", "seed"}


def test_the_bill_is_the_sum_of_the_costs_told(runware: Exchange, bill: Bill) -> None:
    items = runware({**BOAT, "includeCost": True, "numberResults": 3}).json()["data"]

    [line] = bill()
    assert (line.id, line.provider, line.images) == (ID, "runware", 3)
    assert line.nano == sum(round(item["cost"] * 1e9) for item in items)


def test_an_asynchronous_task_is_acknowledged_then_processing_then_there(runware: Exchange) -> None:
    acknowledged = runware(LATER)
    waiting = runware(POLL, pace=VERY_SLOW)
    there = runware(POLL)

    head = {"taskType": "imageInference", "taskUUID": ID}
    assert acknowledged.json() == {"data": [head]}
    assert waiting.json() == {"data": [{**head, "status": "processing"}]}
    assert [item["status"] for item in there.json()["data"]] == ["success"]
    assert there.json()["data"][0]["cost"] == pytest.approx(0.00874, abs=1e-5)


def test_an_unknown_task_answers_with_nothing(runware: Exchange) -> None:
    reply = runware(POLL)

    assert (reply.status_code, reply.json()) == (200, {"data": []})


def test_a_task_id_is_taken_once_and_billed_once(runware: Exchange, bill: Bill) -> None:
    runware(LATER)

    again = runware(LATER)

    [error] = again.json()["errors"]
    assert (again.status_code, error["code"]) == (400, "conflictTaskUUID")
    assert (error["taskUUID"], again.json()["data"]) == (ID, [])
    assert len(bill()) == 1


def test_the_same_request_under_another_id_is_another_picture(
    runware: Exchange, download: Exchange
) -> None:
    [first] = runware(BOAT).json()["data"]
    [second] = runware({**BOAT, "taskUUID": OTHER}).json()["data"]

    assert first["seed"] != second["seed"]
    assert download(first["imageURL"]).content != download(second["imageURL"]).content


def test_details_of_a_past_task_tell_what_was_asked_and_answered(runware: Exchange) -> None:
    runware(LATER)

    [details] = runware(DETAILS).json()["data"]

    assert details["request"] == [LATER]
    assert details["response"]["data"][0]["imageURL"].startswith("https://im.runware.ai/image/")


def test_details_of_an_unknown_task_are_an_error(runware: Exchange) -> None:
    reply = runware(DETAILS)

    assert reply.json()["errors"][0]["code"] == "taskFailedOrNotFound"


def test_the_account_tells_what_is_left(runware: Exchange) -> None:
    runware(BOAT)

    asked = {"taskType": "accountManagement", "taskUUID": OTHER, "operation": "getDetails"}
    [account] = runware(asked).json()["data"]

    assert account["usage"]["total"]["requests"] == 1
    assert account["balance"] == pytest.approx(100 - account["usage"]["total"]["credits"])


def test_a_task_can_bring_the_key(runware: Exchange) -> None:
    authentication = {"taskType": "authentication", "apiKey": "sandbox"}

    data = runware(authentication, BOAT, key=None).json()["data"]

    assert [item["taskType"] for item in data] == ["authentication", "imageInference"]


@pytest.mark.parametrize(
    ("key", "code"), [(None, "missingApiKey"), ("invalid-key", "invalidApiKey")]
)
def test_a_key_that_is_missing_or_wrong_is_401(
    runware: Exchange, key: str | None, code: str
) -> None:
    reply = runware(BOAT, key=key)

    assert reply.status_code == 401
    assert reply.json()["errors"][0]["code"] == code
    assert "invalid-key" not in reply.text


def test_one_wrong_task_does_not_stop_the_others(runware: Exchange) -> None:
    reply = runware({**BOAT, "width": 7}, {**BOAT, "taskUUID": OTHER})

    assert reply.status_code == 200
    assert [item["taskUUID"] for item in reply.json()["data"]] == [OTHER]
    assert [error["taskUUID"] for error in reply.json()["errors"]] == [ID]


def test_a_body_that_is_no_array_of_tasks_is_refused(exchange: Exchange) -> None:
    reply = exchange("POST", "https://api.runware.ai/v1", json=BOAT)

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "invalidRequest")


def test_a_refusal_names_its_task_and_parameter_and_costs_nothing(
    runware: Exchange, bill: Bill
) -> None:
    reply = runware({**BOAT, "inputs": {"referenceImages": ["https://example.org/a.png"]}})

    [error] = reply.json()["errors"]
    assert (reply.status_code, error["code"]) == (400, "invalidReferenceImages")
    assert (error["taskUUID"], error["parameter"]) == (ID, "inputs.referenceImages")
    assert bill() == []
