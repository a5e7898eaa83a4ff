from __future__ import annotations

import asyncio
import base64
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import imagelab as il
from imagelab.catalog import arrivals
from imagelab.catalog.blobs import Blob
from imagelab.domain.arrival import Arrival
from imagelab.errors import CancelledError, CatalogError
from imagelab.jobs.runner import CALLS_AT_ONCE
from imagelab.providers.openai import PROVIDER as OPENAI
from imagelab.providers.runware import PROVIDER as RUNWARE
from imagelab.providers.wire import open_wire

MODEL = "openai/gpt-image-2"


class Vendor(httpx.AsyncBaseTransport):
    """Speaks OpenAI's protocol, answers when it is let, and refuses calls of `refused` images."""

    def __init__(self, image: bytes) -> None:
        self._image = base64.b64encode(image).decode()
        self.posts: list[int] = []
        self.most = self._now = 0
        self.refused = 0
        self.open = threading.Event()
        self.open.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(await request.aread())
        self.posts.append(asked["n"])
        self._now += 1
        self.most = max(self.most, self._now)
        while not self.open.is_set():  # noqa: ASYNC110 - opened by the test's thread
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.01)
        self._now -= 1
        if asked["n"] == self.refused:
            error = {"message": "no", "code": "moderation_blocked"}
            return httpx.Response(400, json={"error": error})
        return httpx.Response(200, json={"data": [{"b64_json": self._image}] * asked["n"]})


@pytest.fixture
def vendor(lab: il.Lab, png: Callable[..., bytes]) -> Iterator[Vendor]:
    made = Vendor(png())
    lab._engine.accounts._wires["openai"] = open_wire(transport=made, pace=0)
    yield made
    made.open.set()


class Mute(httpx.AsyncBaseTransport):
    """It hands a request on, and the answer to it never comes."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.heard = threading.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._inner.handle_async_request(request)
        self.heard.set()
        await asyncio.sleep(60)
        raise AssertionError("nobody waits so long")


def positions(lab: il.Lab, table: str) -> list[int]:
    with lab._engine.catalog.reading() as db:
        rows = db.execute(f"SELECT position FROM {table} ORDER BY position").fetchall()
    return [row[0] for row in rows]


def test_no_more_calls_are_at_a_provider_than_it_is_given(lab: il.Lab, vendor: Vendor) -> None:
    vendor.open.clear()
    started = [lab.submit(f"fox {number}", model=MODEL) for number in range(3 * CALLS_AT_ONCE)]
    while len(vendor.posts) < CALLS_AT_ONCE:
        pass
    vendor.open.set()
    for generation in started:
        generation.wait(30)

    assert vendor.most == CALLS_AT_ONCE
    assert len(vendor.posts) == 3 * CALLS_AT_ONCE


def test_a_provider_says_itself_how_many_calls_it_takes_at_once(lab: il.Lab) -> None:
    limits = [lab._engine.runner._limit(provider)._value for provider in (OPENAI, RUNWARE)]

    assert limits == [CALLS_AT_ONCE, 15]


def test_more_images_than_a_call_gives_are_several_calls_with_places_of_their_own(
    lab: il.Lab, vendor: Vendor
) -> None:
    generation = lab.generate("fox", model=MODEL, n=23)

    assert sorted(vendor.posts) == [3, 10, 10]
    assert positions(lab, "call") == [0, 10, 20]
    assert positions(lab, "asset") == list(range(23))
    assert generation.status == "succeeded"


def test_a_call_that_fails_leaves_the_others_and_makes_it_partial(
    lab: il.Lab, vendor: Vendor
) -> None:
    vendor.refused = 2

    with pytest.warns(UserWarning, match="g1 is partial: 10 of 12 images"):
        generation = lab.generate("fox", model=MODEL, n=12)

    assert generation.status == "partial"
    assert positions(lab, "asset") == list(range(10))


def test_an_image_that_comes_after_a_cancel_is_kept_and_marked_late(
    lab: il.Lab, vendor: Vendor
) -> None:
    vendor.open.clear()
    generation = lab.submit("fox", model=MODEL)
    while not vendor.posts:
        pass

    stopped = generation.cancel()
    vendor.open.set()
    generation.wait(30)

    assert not stopped
    with lab._engine.catalog.reading() as db:
        assert [row[0] for row in db.execute("SELECT late FROM asset").fetchall()] == [1]


def test_a_cancelled_call_that_was_not_sent_is_never_sent(lab: il.Lab, vendor: Vendor) -> None:
    vendor.open.clear()
    sent = [lab.submit(f"fox {number}", model=MODEL) for number in range(CALLS_AT_ONCE)]
    while len(vendor.posts) < CALLS_AT_ONCE:
        pass
    waiting = lab.submit("one more fox", model=MODEL)

    stopped = waiting.cancel()
    vendor.open.set()
    for generation in sent:
        generation.wait(30)

    assert stopped
    with pytest.raises(CancelledError, match="before it was sent"):
        waiting.wait(30)
    assert len(vendor.posts) == CALLS_AT_ONCE


def test_an_image_that_arrives_twice_is_one(lab: il.Lab) -> None:
    generation = lab.generate("fox", model=MODEL)
    with lab._engine.catalog.reading() as db:
        call = db.execute("SELECT uuid FROM call").fetchone()[0]
    blob = Blob.of(generation[0].read(), "PNG", 1024, 1024)

    with lab._engine.catalog.writing() as db:
        again = arrivals.keep_image(db, call, Arrival(index=0, late=True), blob)

    assert (again, len(generation)) == (generation[0].id, 1)


def test_a_second_lab_of_this_process_leaves_the_calls_of_the_first_alone(
    lab: il.Lab, vendor: Vendor, catalog_path: Path
) -> None:
    vendor.open.clear()
    generation = lab.submit("fox", model=MODEL)
    while not vendor.posts:
        pass

    with il.open(catalog_path, sandbox=True) as second:
        status = second.generation(1).status
    vendor.open.set()
    generation.wait(30)

    assert (status, generation.status) == ("running", "succeeded")
    assert vendor.posts == [1]


def test_a_call_left_behind_by_closing_has_an_unknown_outcome_at_once(
    lab: il.Lab, vendor: Vendor, catalog_path: Path
) -> None:
    vendor.open.clear()
    lab.submit("fox", model=MODEL)
    while not vendor.posts:
        pass

    lab._engine.loop.cancel()
    lab.close()

    with il.open(catalog_path, sandbox=True) as again:
        assert again.generation(1).status == "unknown"


def test_what_was_never_sent_is_cancelled_when_a_closed_lab_is_opened_again(
    lab: il.Lab, vendor: Vendor, catalog_path: Path
) -> None:
    vendor.open.clear()
    for number in range(CALLS_AT_ONCE + 1):
        lab.submit(f"fox {number}", model=MODEL)
    while len(vendor.posts) < CALLS_AT_ONCE:
        pass

    lab._engine.loop.cancel()
    lab.close()

    with (
        il.open(catalog_path, sandbox=True) as again,
        pytest.raises(CancelledError, match="before it was sent"),
    ):
        again.generation(CALLS_AT_ONCE + 1).wait(30)


def test_nothing_is_sent_where_its_reply_could_not_be_staged(
    lab: il.Lab, vendor: Vendor, catalog_path: Path
) -> None:
    catalog_path.with_name("staging").write_text("a file where the folder should be")

    with pytest.raises(CatalogError, match=r"g1 was stopped .*staging"):
        lab.generate("fox", model=MODEL)

    assert vendor.posts == []


@pytest.mark.fault
def test_a_reply_that_no_disk_takes_is_held_until_one_does(
    lab: il.Lab, vendor: Vendor, catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.open.clear()
    generation = lab.submit("fox", model=MODEL)
    while not vendor.posts:
        pass
    staging = spoiled(catalog_path.with_name("staging"))
    monkeypatch.setattr(tempfile, "tempdir", str(staging))
    vendor.open.set()
    with pytest.raises(TimeoutError, match="still running"):
        generation.wait(0.5)

    staging.unlink()
    generation.wait(30)

    assert (generation.status, vendor.posts) == ("succeeded", [1])


@pytest.mark.fault
def test_a_reply_that_the_catalogs_disk_does_not_take_is_kept_on_another(
    lab: il.Lab, vendor: Vendor, catalog_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    vendor.open.clear()
    generation = lab.submit("fox", model=MODEL)
    while not vendor.posts:
        pass
    spoiled(catalog_path.with_name("staging"))
    vendor.open.set()

    generation.wait(30)

    assert (generation.status, vendor.posts) == ("succeeded", [1])


def spoiled(folder: Path) -> Path:
    """A file where the folder should be."""
    folder.rmdir()
    folder.write_text("no folder")
    return folder


@pytest.mark.fault
def test_closing_leaves_a_task_that_the_vendor_knows_and_opening_takes_it_up(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "1")
    lab = il.open(catalog_path, sandbox=True)
    lab.submit("fox", model="runware/gpt-image-1.5")

    lab.close()

    with il.open(catalog_path, sandbox=True) as again:
        left = again.generation(1).status
        again.generation(1).wait(30)
        assert (left, again.generation(1).status) == ("running", "succeeded")


def test_a_task_that_was_paid_for_and_left_before_its_answer_is_got_by_opening(
    lab: il.Lab, catalog_path: Path
) -> None:
    mute = Mute(lab._engine.accounts._sandbox())
    lab._engine.accounts._wires["runware"] = open_wire(transport=mute, pace=0)
    lab.submit("fox", model="runware/gpt-image-1.5")
    assert mute.heard.wait(30)

    lab._engine.loop.cancel()
    lab.close()

    with il.open(catalog_path, sandbox=True) as again:
        again.generation(1).wait(30)
        assert (again.generation(1).status, len(again.generation(1))) == ("succeeded", 1)


def test_an_input_that_was_altered_keeps_nobody_from_opening_the_catalog(
    lab: il.Lab, vendor: Vendor, catalog_path: Path, png: Callable[..., bytes]
) -> None:
    vendor.open.clear()
    for number in range(CALLS_AT_ONCE + 1):
        lab.submit(f"fox {number}", model=MODEL, images=[png()] if number == CALLS_AT_ONCE else ())
    while len(vendor.posts) < CALLS_AT_ONCE:
        pass
    lab._engine.loop.cancel()
    with lab._engine.catalog.writing() as db:
        db.execute("UPDATE blob SET data = x'00'")
    lab.close()

    with (
        il.open(catalog_path, sandbox=True) as again,
        pytest.raises(CatalogError, match="no longer has the bytes"),
    ):
        again.generation(CALLS_AT_ONCE + 1).wait(30)
