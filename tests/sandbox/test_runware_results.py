from __future__ import annotations

import asyncio
import base64
import io
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

    def send(*tasks: dict[str, Any], pace: float = 0.0) -> httpx.Response:
        transport = SandboxTransport(tmp_path / "book.db", pace=pace, faults=Faults())
        headers = {"authorization": "Bearer sandbox"}
        return asyncio.run(sent(transport, headers, "POST", "https://api.runware.ai/v1", tasks))

    return send


@pytest.fixture
def download(tmp_path: Path) -> Post:
    def send(url: str) -> httpx.Response:
        transport = SandboxTransport(tmp_path / "book.db", pace=0.0, faults=Faults())
        return asyncio.run(sent(transport, {}, "GET", url, None))

    return send


async def sent(
    transport: SandboxTransport, headers: dict[str, str], method: str, url: str, body: Any
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, headers=headers) as client:
        return await client.request(method, url, json=body)


def opened(reply: httpx.Response) -> Image.Image:
    return Image.open(io.BytesIO(reply.content))


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
