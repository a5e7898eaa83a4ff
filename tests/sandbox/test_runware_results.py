from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.sandbox.book import Book
from tests.sandbox.conftest import Exchange
from tests.sandbox.pictures import noise, opened
from tests.sandbox.runware_tasks import BOAT, DETAILS, ID, LATER, OTHER, POLL, VERY_SLOW


@pytest.mark.parametrize(
    ("name", "form", "content_type"),
    [("JPG", "JPEG", "image/jpeg"), ("PNG", "PNG", "image/png"), ("WEBP", "WEBP", "image/webp")],
)
def test_a_result_is_served_in_its_format(
    runware: Exchange, download: Exchange, name: str, form: str, content_type: str
) -> None:
    [item] = runware({**BOAT, "outputFormat": name}).json()["data"]

    reply = download(item["imageURL"])

    assert reply.headers["content-type"] == content_type
    assert opened(reply.content).format == form


def test_a_result_is_the_same_however_often_it_is_read(
    runware: Exchange, download: Exchange
) -> None:
    [item] = runware(BOAT).json()["data"]

    assert download(item["imageURL"]).content == download(item["imageURL"]).content


@pytest.mark.parametrize(
    ("output", "field"), [("base64Data", "imageBase64Data"), ("dataURI", "imageDataURI")]
)
def test_a_result_can_come_inside_the_reply(runware: Exchange, output: str, field: str) -> None:
    [item] = runware({**BOAT, "outputType": output}).json()["data"]

    data = base64.b64decode(item[field].rpartition(",")[2])
    assert opened(data).size == (1024, 1024)


def test_transparency_survives_png_and_not_jpg(runware: Exchange, download: Exchange) -> None:
    settings = {"providerSettings": {"openai": {"background": "transparent", "quality": "low"}}}
    [clear] = runware({**BOAT, **settings, "outputFormat": "PNG"}).json()["data"]
    [filled] = runware({**BOAT, **settings, "taskUUID": OTHER}).json()["data"]

    assert opened(download(clear["imageURL"]).content).mode == "RGBA"
    assert opened(download(filled["imageURL"]).content).mode == "RGB"


def test_several_results_arrive_one_after_another(runware: Exchange, book_file: Path) -> None:
    runware({**LATER, "numberResults": 4})
    # Of 3000 s, the first of four is there after 5/8, the second after 6/8.
    _later(book_file, seconds=2000)

    data = runware(POLL, pace=VERY_SLOW).json()["data"]

    assert [item["status"] for item in data] == ["success", "processing"]


def test_a_running_task_has_no_picture_yet(
    runware: Exchange, download: Exchange, book_file: Path
) -> None:
    runware(LATER)
    task = Book(book_file).task(ID)
    assert task is not None
    url = f"https://im.runware.ai/image/os/a00d00/ws/3/ii/{task.image_uuid(0)}.jpg"

    reply = download(url, pace=VERY_SLOW)

    assert reply.status_code == 404


def test_references_come_as_address_data_uri_base64_and_uuid(
    runware: Exchange, download: Exchange
) -> None:
    [item] = runware(BOAT).json()["data"]
    text = base64.b64encode(download(item["imageURL"]).content).decode()
    named = [item["imageURL"], f"data:image/jpeg;base64,{text}", text, item["imageUUID"]]

    edit = {**BOAT, "taskUUID": OTHER, "includeCost": True, "inputs": {"referenceImages": named}}
    [edited] = runware(edit).json()["data"]

    assert edited["cost"] == pytest.approx((272 * 32 + 7 * 5 + 4 * 194 * 8) / 1e6, abs=1e-5)


def test_references_outlive_the_process_without_being_stored_in_the_request(
    runware: Exchange,
) -> None:
    text = base64.b64encode(noise((256, 256))).decode()
    runware({**LATER, "outputType": "base64Data", "inputs": {"referenceImages": [text]}})

    [item] = runware(POLL).json()["data"]
    [details] = runware(DETAILS).json()["data"]

    assert item["imageBase64Data"] == details["response"]["data"][0]["imageBase64Data"]
    assert details["request"][0]["inputs"]["referenceImages"][0].startswith("sha256:")


def test_an_address_is_gone_after_its_time_to_live(
    runware: Exchange, download: Exchange, book_file: Path
) -> None:
    [item] = runware({**BOAT, "ttl": 60}).json()["data"]

    _later(book_file, seconds=61)

    assert download(item["imageURL"]).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://im.runware.ai/image/os/a00d00/ws/3/ii/c0ffee00-0000-4000-8000-000000000001.jpg",
        "https://im.runware.ai/",
    ],
)
def test_an_address_that_was_never_given_is_404(download: Exchange, url: str) -> None:
    assert download(url).status_code == 404


def test_a_result_is_not_served_under_another_ending(runware: Exchange, download: Exchange) -> None:
    [item] = runware(BOAT).json()["data"]

    assert download(item["imageURL"].replace(".jpg", ".png")).status_code == 404


def _later(book_file: Path, *, seconds: int) -> None:
    """As if all that is in the book had happened that long ago."""
    with closing(sqlite3.connect(book_file)) as db, db:
        db.execute("UPDATE task SET at_us = at_us - ? * 1000000", (seconds,))
