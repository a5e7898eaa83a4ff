from __future__ import annotations

import asyncio
import base64
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from imagelab.sandbox.book import Book
from imagelab.sandbox.faults import Faults
from imagelab.sandbox.transport import SandboxTransport

PAGE = json.loads((Path(__file__).parent / "runware_page.json").read_text())
EXAMPLES = PAGE["examples"]
ID = "6f1a9f0e-8a55-4c0e-9c57-2f4f3f0f7a11"
OTHER = "0b5c0a1e-1111-4222-8333-444455556666"
BOAT: dict[str, Any] = {
    "taskType": "imageInference",
    "taskUUID": ID,
    "model": "openai:4@1",
    "positivePrompt": "a paper boat on a slate table",
    "width": 1024,
    "height": 1024,
    "providerSettings": {"openai": {"quality": "low", "background": "opaque"}},
}
LATER = {**BOAT, "deliveryMethod": "async", "includeCost": True}
POLL = {"taskType": "getResponse", "taskUUID": ID}
# A task of low quality, 0.3 s at pace 1, takes 3000 s: it is still running when a test looks.
VERY_SLOW = 10_000.0
Post = Callable[..., httpx.Response]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    """Posts tasks over a new transport each time: whatever is remembered is in the book."""

    def send(
        *tasks: dict[str, Any],
        fault: str | None = None,
        key: str | None = "sandbox",
        pace: float = 0.0,
    ) -> httpx.Response:
        faults = Faults({fault: 1} if fault else {})
        transport = SandboxTransport(tmp_path / "book.db", pace=pace, faults=faults)
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        return asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", tasks))

    return send


@pytest.fixture
def download(tmp_path: Path) -> Post:
    def send(url: str, fault: str | None = None) -> httpx.Response:
        faults = Faults({fault: 1} if fault else {})
        transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=faults)
        return asyncio.run(sent(transport, {}, "GET", url, None))

    return send


async def sent(
    transport: SandboxTransport, headers: dict[str, str], method: str, url: str, body: Any
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        return await client.request(method, url, json=body)


def opened(reply: httpx.Response) -> Image.Image:
    return Image.open(io.BytesIO(reply.content))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_the_documented_requests_are_answered_at_the_documented_cost(
    post: Post, download: Post, example: dict[str, Any]
) -> None:
    [item] = post({**example["request"], "includeCost": True}).json()["data"]

    image = opened(download(item["imageURL"]))
    assert item["cost"] == pytest.approx(example["response"]["cost"], rel=0.01)
    assert item["taskUUID"] == example["response"]["taskUUID"]
    assert image.size == (example["request"]["width"], example["request"]["height"])
    assert image.format == "JPEG"


def test_the_cost_is_told_only_when_it_was_asked_for(post: Post) -> None:
    [item] = post(BOAT).json()["data"]

    assert set(item) == {"taskType", "taskUUID", "imageUUID", "imageURL", "seed"}


def test_the_bill_is_the_sum_of_the_costs_told(post: Post, tmp_path: Path) -> None:
    items = post({**BOAT, "includeCost": True, "numberResults": 3}).json()["data"]

    [line] = Book(tmp_path / "book.db").bill()
    assert (line.id, line.provider, line.images) == (ID, "runware", 3)
    assert line.nano == sum(round(item["cost"] * 1e9) for item in items)


@pytest.mark.parametrize(
    ("name", "form", "content_type"),
    [("JPG", "JPEG", "image/jpeg"), ("PNG", "PNG", "image/png"), ("WEBP", "WEBP", "image/webp")],
)
def test_a_result_is_served_in_its_format(
    post: Post, download: Post, name: str, form: str, content_type: str
) -> None:
    [item] = post({**BOAT, "outputFormat": name}).json()["data"]

    reply = download(item["imageURL"])

    assert reply.headers["content-type"] == content_type
    assert opened(reply).format == form


def test_a_result_is_the_same_however_often_it_is_read(post: Post, download: Post) -> None:
    [item] = post(BOAT).json()["data"]

    assert download(item["imageURL"]).content == download(item["imageURL"]).content


@pytest.mark.parametrize(
    ("output", "field"), [("base64Data", "imageBase64Data"), ("dataURI", "imageDataURI")]
)
def test_a_result_can_come_inside_the_reply(post: Post, output: str, field: str) -> None:
    [item] = post({**BOAT, "outputType": output}).json()["data"]

    data = base64.b64decode(item[field].rpartition(",")[2])
    assert Image.open(io.BytesIO(data)).size == (1024, 1024)


def test_transparency_survives_png_and_not_jpg(post: Post, download: Post) -> None:
    settings = {"providerSettings": {"openai": {"background": "transparent", "quality": "low"}}}
    [png] = post({**BOAT, **settings, "outputFormat": "PNG"}).json()["data"]
    [jpg] = post({**BOAT, **settings, "taskUUID": OTHER}).json()["data"]

    assert opened(download(png["imageURL"])).mode == "RGBA"
    assert opened(download(jpg["imageURL"])).mode == "RGB"


def test_an_asynchronous_task_is_acknowledged_then_processing_then_there(post: Post) -> None:
    acknowledged = post(LATER)
    waiting = post(POLL, pace=VERY_SLOW)
    there = post(POLL)

    head = {"taskType": "imageInference", "taskUUID": ID}
    assert acknowledged.json() == {"data": [head]}
    assert waiting.json() == {"data": [{**head, "status": "processing"}]}
    assert [item["status"] for item in there.json()["data"]] == ["success"]
    assert there.json()["data"][0]["cost"] == pytest.approx(0.00874, abs=1e-5)


def test_several_results_arrive_one_after_another(post: Post, tmp_path: Path) -> None:
    post({**LATER, "numberResults": 4})
    # Of 3000 s, the first of four is there after 5/8, the second after 6/8.
    db = sqlite3.connect(tmp_path / "book.db")
    db.execute("UPDATE task SET at_us = at_us - 2000 * 1000000")
    db.commit()
    db.close()

    data = post(POLL, pace=VERY_SLOW).json()["data"]

    assert [item["status"] for item in data] == ["success", "processing"]


def test_a_running_task_has_no_picture_yet(post: Post, tmp_path: Path) -> None:
    post(LATER)
    task = Book(tmp_path / "book.db").task(ID)
    assert task is not None
    url = f"https://im.runware.ai/image/os/a00d00/ws/3/ii/{task.image_uuid(0)}.jpg"

    transport = SandboxTransport(tmp_path / "book.db", pace=VERY_SLOW, faults=Faults())

    assert asyncio.run(sent(transport, {}, "GET", url, None)).status_code == 404


def test_an_unknown_task_answers_with_nothing(post: Post) -> None:
    reply = post(POLL)

    assert (reply.status_code, reply.json()) == (200, {"data": []})


def test_a_task_id_is_taken_once_and_billed_once(post: Post, tmp_path: Path) -> None:
    post(LATER)

    again = post(LATER)

    [error] = again.json()["errors"]
    assert (again.status_code, error["code"]) == (400, "conflictTaskUUID")
    assert (error["taskUUID"], again.json()["data"]) == (ID, [])
    assert len(Book(tmp_path / "book.db").bill()) == 1


def test_the_same_request_under_another_id_is_another_picture(post: Post, download: Post) -> None:
    [first] = post(BOAT).json()["data"]
    [second] = post({**BOAT, "taskUUID": OTHER}).json()["data"]

    assert first["seed"] != second["seed"]
    assert download(first["imageURL"]).content != download(second["imageURL"]).content


def test_details_of_a_past_task_tell_what_was_asked_and_answered(post: Post) -> None:
    post(LATER)

    [details] = post({"taskType": "getTaskDetails", "taskUUID": ID}).json()["data"]

    assert details["request"] == [LATER]
    assert details["response"]["data"][0]["imageURL"].startswith("https://im.runware.ai/image/")


def test_details_of_an_unknown_task_are_an_error(post: Post) -> None:
    reply = post({"taskType": "getTaskDetails", "taskUUID": ID})

    assert reply.json()["errors"][0]["code"] == "taskFailedOrNotFound"


def test_the_account_tells_what_is_left(post: Post) -> None:
    post(BOAT)

    asked = {"taskType": "accountManagement", "taskUUID": OTHER, "operation": "getDetails"}
    [account] = post(asked).json()["data"]

    assert account["usage"]["total"]["requests"] == 1
    assert account["balance"] == pytest.approx(100 - account["usage"]["total"]["credits"])


def test_a_task_can_bring_the_key(post: Post) -> None:
    authentication = {"taskType": "authentication", "apiKey": "sandbox"}

    data = post(authentication, BOAT, key=None).json()["data"]

    assert [item["taskType"] for item in data] == ["authentication", "imageInference"]


@pytest.mark.parametrize(
    ("key", "code"), [(None, "missingApiKey"), ("invalid-key", "invalidApiKey")]
)
def test_a_key_that_is_missing_or_wrong_is_401(post: Post, key: str | None, code: str) -> None:
    reply = post(BOAT, key=key)

    assert reply.status_code == 401
    assert reply.json()["errors"][0]["code"] == code
    assert "invalid-key" not in reply.text


def test_references_come_as_address_data_uri_base64_and_uuid(post: Post, download: Post) -> None:
    [item] = post(BOAT).json()["data"]
    text = base64.b64encode(download(item["imageURL"]).content).decode()
    named = [item["imageURL"], f"data:image/jpeg;base64,{text}", text, item["imageUUID"]]

    edit = {**BOAT, "taskUUID": OTHER, "includeCost": True, "inputs": {"referenceImages": named}}
    [edited] = post(edit).json()["data"]

    assert edited["cost"] == pytest.approx((272 * 32 + 7 * 5 + 4 * 194 * 8) / 1e6, abs=1e-5)


def test_references_outlive_the_process_without_being_stored_in_the_request(post: Post) -> None:
    file = io.BytesIO()
    Image.effect_noise((256, 256), 90).save(file, "PNG")
    text = base64.b64encode(file.getvalue()).decode()
    post({**LATER, "outputType": "base64Data", "inputs": {"referenceImages": [text]}})

    [item] = post(POLL).json()["data"]
    [details] = post({"taskType": "getTaskDetails", "taskUUID": ID}).json()["data"]

    assert item["imageBase64Data"] == details["response"]["data"][0]["imageBase64Data"]
    assert details["request"][0]["inputs"]["referenceImages"][0].startswith("sha256:")


@pytest.mark.parametrize(
    ("change", "code", "parameter"),
    [
        ({"taskUUID": "7"}, "invalidTaskUUID", "taskUUID"),
        ({"taskUUID": "6f1a9f0e-8a55-7c0e-9c57-2f4f3f0f7a11"}, "invalidTaskUUID", "taskUUID"),
        ({"model": "openai:9@9"}, "invalidModel", "model"),
        ({"positivePrompt": "x"}, "invalidPositivePrompt", "positivePrompt"),
        ({"positivePrompt": "x" * 32_001}, "invalidPositivePrompt", "positivePrompt"),
        ({"width": 512}, "invalidParameterValue", "width"),
        ({"width": 1536, "height": 1536}, "invalidParameterValue", "width"),
        ({"width": 1024.0}, "invalidParameterValue", "width"),
        ({"numberResults": 21}, "invalidParameterValue", "numberResults"),
        ({"numberResults": True}, "invalidParameterValue", "numberResults"),
        ({"outputFormat": "JPEG"}, "invalidParameterValue", "outputFormat"),
        ({"outputQuality": 19}, "invalidParameterValue", "outputQuality"),
        ({"outputQuality": 100}, "invalidParameterValue", "outputQuality"),
        ({"ttl": 59}, "invalidParameterValue", "ttl"),
        ({"ttl": 60, "outputType": "dataURI"}, "invalidParameter", "ttl"),
        ({"includeCost": "yes"}, "invalidParameterType", "includeCost"),
        ({"seed": 7}, "invalidParameter", "seed"),
        ({"safety": {"level": 1}}, "invalidParameter", "safety.level"),
        ({"inputs": {"mask": "x"}}, "invalidParameter", "inputs.mask"),
        (
            {"providerSettings": {"openai": {"moderation": "low"}}},
            "invalidParameter",
            "providerSettings.openai.moderation",
        ),
        (
            {"providerSettings": {"openai": {"quality": "best"}}},
            "invalidParameterValue",
            "providerSettings.openai.quality",
        ),
        (
            {"inputs": {"referenceImages": ["https://example.org/a.png"]}},
            "invalidReferenceImages",
            "inputs.referenceImages",
        ),
    ],
)
def test_what_the_page_does_not_list_is_refused(
    post: Post, tmp_path: Path, change: dict[str, Any], code: str, parameter: str
) -> None:
    reply = post({**BOAT, **change})

    [error] = reply.json()["errors"]
    assert (reply.status_code, error["code"], error["parameter"]) == (400, code, parameter)
    assert Book(tmp_path / "book.db").bill() == []


@pytest.mark.parametrize("missing", ["taskUUID", "model", "positivePrompt", "width", "height"])
def test_what_the_page_requires_must_be_there(post: Post, missing: str) -> None:
    reply = post({name: value for name, value in BOAT.items() if name != missing})

    assert reply.json()["errors"][0]["parameter"] == missing


def test_one_wrong_task_does_not_stop_the_others(post: Post) -> None:
    reply = post({**BOAT, "width": 7}, {**BOAT, "taskUUID": OTHER})

    assert reply.status_code == 200
    assert [item["taskUUID"] for item in reply.json()["data"]] == [OTHER]
    assert [error["taskUUID"] for error in reply.json()["errors"]] == [ID]


def test_a_body_that_is_no_array_of_tasks_is_refused(tmp_path: Path) -> None:
    transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=Faults())
    headers = {"authorization": "Bearer sandbox"}

    reply = asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", BOAT))

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "invalidRequest")


def test_an_address_is_gone_after_its_time_to_live(
    post: Post, download: Post, tmp_path: Path
) -> None:
    [item] = post({**BOAT, "ttl": 60}).json()["data"]
    db = sqlite3.connect(tmp_path / "book.db")
    db.execute("UPDATE task SET at_us = at_us - 61 * 1000000")
    db.commit()
    db.close()

    assert download(item["imageURL"]).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://im.runware.ai/image/os/a00d00/ws/3/ii/c0ffee00-0000-4000-8000-000000000001.jpg",
        "https://im.runware.ai/",
    ],
)
def test_an_address_that_was_never_given_is_404(download: Post, url: str) -> None:
    assert download(url).status_code == 404


def test_a_result_is_not_served_under_another_ending(post: Post, download: Post) -> None:
    [item] = post(BOAT).json()["data"]

    assert download(item["imageURL"].replace(".jpg", ".png")).status_code == 404


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
def test_a_fault_speaks_as_runware_does(post: Post, fault: str, status: int, code: str) -> None:
    reply = post(BOAT, fault=fault)

    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)


def test_a_task_billed_before_the_server_failed_can_be_polled(post: Post) -> None:
    post(LATER, fault="server_error_after_charge")

    assert [item["status"] for item in post(POLL).json()["data"]] == ["success"]


def test_a_refusal_of_an_asynchronous_task_is_seen_when_it_is_polled(
    post: Post, tmp_path: Path
) -> None:
    post(LATER, fault="moderation")

    polled = post(POLL).json()

    assert [error["code"] for error in polled["errors"]] == ["contentPolicyViolation"]
    assert (polled["errors"][0]["status"], polled["data"]) == ("error", [])
    assert Book(tmp_path / "book.db").bill() == []


def test_a_partial_result_has_data_and_errors_and_bills_the_data(
    post: Post, tmp_path: Path
) -> None:
    post({**LATER, "numberResults": 3}, fault="partial")

    polled = post(POLL).json()

    assert (len(polled["data"]), len(polled["errors"])) == (2, 1)
    assert [line.images for line in Book(tmp_path / "book.db").bill()] == [2]


def test_fewer_results_come_without_a_word(post: Post) -> None:
    reply = post({**BOAT, "numberResults": 3}, fault="fewer")

    assert len(reply.json()["data"]) == 2
    assert "errors" not in reply.json()


@pytest.mark.parametrize(("fault", "status"), [("expired", 404), ("download_server_error", 503)])
def test_a_download_can_fail_once(post: Post, download: Post, fault: str, status: int) -> None:
    [item] = post(BOAT).json()["data"]

    assert download(item["imageURL"], fault=fault).status_code == status
    assert download(item["imageURL"]).status_code == 200


def test_a_download_can_break(post: Post, download: Post) -> None:
    [item] = post(BOAT).json()["data"]

    with pytest.raises(httpx.ReadError, match="the connection breaks"):
        download(item["imageURL"], fault="download_reset")


def test_a_download_can_be_text(post: Post, download: Post) -> None:
    [item] = post(BOAT, fault="not_an_image").json()["data"]

    assert download(item["imageURL"]).content == b"this is no image"


def test_a_poll_can_fail_while_the_task_goes_on(post: Post) -> None:
    post(LATER)

    assert post(POLL, fault="poll_server_error").status_code == 500
    assert post(POLL).json()["data"][0]["status"] == "success"
