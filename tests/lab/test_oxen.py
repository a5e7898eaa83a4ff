from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import (
    BudgetError,
    CancelledError,
    DownloadError,
    OutcomeUnknownError,
    RequestError,
    UnsupportedParamError,
)
from imagelab.sandbox.book import Book, Charge
from imagelab.sandbox.encode import SKETCH
from tests.sandbox.pictures import difference

ONE, TWO = "oxen/gpt-image-1.5", "oxen/gpt-image-2"
KEY = "ox-CANARY-0123456789abcdef"
AT_ONCE = {"endpoint": "/images/generate"}
PAGE = "https://hub.oxen.ai/api/repos/elau/assets/file/main/bloxy/bloxy_cropped_512x512.png"


class Hub(BaseHTTPRequestHandler):
    """Answers on this machine as the pages say; `asked` holds what came, in its order."""

    asked: list[tuple[str, str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._note()
        queued = {"generations": [{"generation_id": "g-1", "status": "queued"}]}
        self._reply(json.dumps(queued).encode(), "application/json")

    def do_GET(self) -> None:
        self._note()
        if self.path == "/api/events":
            event = b'data: {"generation_id":"g-1"}\n\n'
            self._reply(b": keep-alive\n\nevent: media_generation_completed\n" + event)
        elif self.path == "/file.png":
            file = io.BytesIO()
            Image.new("RGB", (64, 48), "teal").save(file, "PNG")
            self._reply(file.getvalue(), "image/png")
        else:
            url = f"http://{self.headers['host']}/file.png"
            told = {"generation_id": "g-1", "status": "succeeded", "result_url": url}
            self._reply(json.dumps(told).encode(), "application/json")

    def _note(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("authorization", "")))

    def _reply(self, body: bytes, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    handler = type("Handler", (Hub,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,)).start()
        monkeypatch.setenv("OXEN_BASE_URL", f"http://127.0.0.1:{listening.server_port}/api")
        yield handler
        listening.shutdown()


@pytest.fixture
def bill(catalog_path: Path) -> Callable[[], list[Charge]]:
    return lambda: Book(catalog_path.with_name("sandbox.book")).bill()


def test_five_images_are_two_calls_of_the_queue(
    lab: il.Lab, bill: Callable[[], list[Charge]]
) -> None:
    g = lab.generate("a fox", model=ONE, size="portrait", n=5)

    assert [(asset.width, asset.height) for asset in g] == [(1024, 1536)] * 5
    assert lab.sql("SELECT n FROM call ORDER BY position")["n"].tolist() == [4, 1]
    assert sorted(line.images for line in bill()) == [1, 4]  # whichever came first


def test_without_the_api_asked_the_price_is_unknown_and_so_is_the_cost(lab: il.Lab) -> None:
    quote = lab.quote("a fox", model=TWO)

    g = lab.generate("a fox", model=TWO, quality="low", size="square")

    assert (quote.low, quote.likely, quote.high) == (None, None, None)
    assert "lab.models(refresh=True)" in quote.basis
    assert (g.cost, g[0].cost) == (None, None)


def test_once_the_api_was_asked_quote_bill_and_cost_agree(
    lab: il.Lab, bill: Callable[[], list[Charge]]
) -> None:
    lab.models(refresh=True)

    g = lab.generate("a fox", model=TWO, quality="low", size="square", n=2)

    assert g.quote.low == g.quote.high == g.cost == il.Cost(Decimal("0.008"), source="estimated")
    assert sum(line.nano for line in bill()) == 8_000_000


def test_a_budget_wants_a_price_and_names_what_tells_it(lab: il.Lab) -> None:
    lab.budget(total=1)

    with pytest.raises(BudgetError, match=r"no upper price.*lab\.models\(refresh=True\)"):
        lab.generate("a fox", model=TWO)
    lab.models(refresh=True)

    assert lab.generate("a fox", model=TWO, quality="low").cost


@pytest.mark.parametrize(
    "given", [{"quality": "high"}, {"background": "opaque"}, {"input_fidelity": "high"}], ids=str
)
def test_what_only_the_prose_of_a_page_names_is_refused(lab: il.Lab, given: dict[str, str]) -> None:
    with pytest.raises(UnsupportedParamError, match=f"it has no {next(iter(given))}"):
        lab.quote("a fox", model=ONE, **given)


def test_one_image_at_once_costs_the_same(lab: il.Lab) -> None:
    lab.models(refresh=True)

    g = lab.generate("a fox", model=ONE, extra=AT_ONCE)

    assert g.cost == il.Cost(Decimal("0.04"), source="estimated")
    assert lab.sql("SELECT url FROM call")["url"].tolist() == [
        "https://hub.oxen.ai/api/ai/images/generate"
    ]


def test_several_at_once_are_refused_before_anything_is_recorded(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match="one image a call"):
        lab.generate("a fox", model=ONE, n=2, extra=AT_ONCE)

    assert lab.sql("SELECT * FROM generations").empty


def test_a_documented_input_is_sent_as_its_address_and_kept(lab: il.Lab) -> None:
    g = lab.generate("make it sunny", model=ONE, images=PAGE)

    body = json.loads(lab.sql("SELECT body FROM call")["body"][0])
    assert body["input_image"] == [PAGE]
    assert [(asset.width, asset.height) for asset in g.inputs] == [(512, 512)]


def test_a_mask_changes_only_what_is_clear_in_it(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SKETCH, "4")  # or the rest of it would be as rough as the edit
    fox = lab.generate("a fox", model=TWO, quality="low", size="square")[0]
    mask = Image.new("RGBA", (1024, 1024), "white")
    mask.paste((0, 0, 0, 0), (0, 0, 512, 1024))

    edit = fox.edit("a lake", mask=mask, quality="low", size="square")[0]

    before, after = fox.image.convert("RGB"), edit.image.convert("RGB")
    left, right = (
        difference(before.crop(box), after.crop(box))
        for box in ((0, 0, 400, 900), (600, 0, 1024, 900))
    )
    assert left > 10
    assert right < 2


def test_code_queues_and_asks_until_it_has_ended(lab: il.Lab) -> None:
    curl = lab.quote("a fox", model=ONE).code("curl")

    assert curl.startswith("reply=$(curl -sS https://hub.oxen.ai/api/ai/queue ")
    assert "succeeded|failed|cancelled" in curl
    assert 'https://hub.oxen.ai/api/ai/queue/"$reply_id"' in curl
    assert '"Authorization: Bearer $OXEN_API_KEY"' in curl


def test_code_for_several_has_an_id_for_each_and_asks_for_none(lab: il.Lab) -> None:
    curl = lab.quote("a fox", model=ONE, n=2).code("curl")

    assert curl.startswith("curl https://hub.oxen.ai/api/ai/queue")
    assert '"num_generations": 2' in curl


@pytest.mark.parametrize(
    "fault", ["reset_after_charge", "stall", "bad_gateway", "null", "truncated"]
)
def test_a_lost_answer_is_found_in_the_list_and_paid_once(
    catalog_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bill: Callable[[], list[Charge]],
    fault: str,
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault)

    with il.open(catalog_path, sandbox=True) as lab:
        g = lab.generate("a fox", model=ONE, n=2)

        assert (g.status, len(g)) == ("succeeded", 2)
    assert len(bill()) == 1


def test_of_two_that_look_alike_the_one_that_is_known_is_nobody_elses(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, bill: Callable[[], list[Charge]]
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.generate("a fox", model=ONE)
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "server_error_before_charge")

    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match="HTTP 500"):
            lab.generate("a fox", model=ONE)

        assert [lab.generation(n).status for n in (1, 2)] == ["succeeded", "unknown"]
    assert len(bill()) == 1


def test_an_equal_one_that_did_arrive_is_told_from_the_earlier(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, bill: Callable[[], list[Charge]]
) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.generate("a fox", model=ONE)
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge")

    with il.open(catalog_path, sandbox=True) as lab:
        lab.generate("a fox", model=ONE)

        remote = lab.sql("SELECT remote FROM call")["remote"].tolist()
    assert len(set(remote)) == len(bill()) == 2


def test_an_image_whose_address_is_down_is_fetched_by_the_next_opening(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, bill: Callable[[], list[Charge]]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "download_server_error:20")
    with il.open(catalog_path, sandbox=True) as lab, pytest.raises(DownloadError, match="HTTP 503"):
        lab.generate("a fox", model=ONE)
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")

    with il.open(catalog_path, sandbox=True) as lab:
        assert len(lab.generation(1).wait()) == 1
    assert len(bill()) == 1


def test_a_real_lab_listens_before_it_pays_and_gives_the_key_to_the_api_alone(
    hub: type[Hub], tmp_path: Path
) -> None:
    with il.open(tmp_path / "real.db", sandbox=False, keys={"oxen": KEY}) as lab:
        g = lab.generate("a fox", model=ONE)

        assert [(asset.width, asset.height) for asset in g] == [(64, 48)]
    asked = [(method, path) for method, path, _ in hub.asked]
    assert asked[:2] == [("GET", "/api/events"), ("POST", "/api/ai/queue")]
    assert ("GET", "/api/ai/queue/g-1") in asked
    keys = {path: key for _, path, key in hub.asked}
    assert keys["/file.png"] == ""
    assert {key for path, key in keys.items() if path != "/file.png"} == {f"Bearer {KEY}"}


def test_what_is_still_queued_is_cancelled_free(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, bill: Callable[[], list[Charge]]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "1000")
    with il.open(catalog_path, sandbox=True) as lab:
        g = lab.submit("a fox", model=ONE, n=2)
        _until(lambda: "accepted" in lab.sql("SELECT state FROM call")["state"].tolist())

        assert g.cancel()
        with pytest.raises(CancelledError, match="cancelled before it began"):
            g.wait()

        assert (g.status, g.cost) == ("cancelled", il.Cost(Decimal(0)))
    assert bill() == []


def test_another_kernel_may_cancel_it_and_the_first_hears_of_it(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, bill: Callable[[], list[Charge]]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "1000")
    with il.open(catalog_path, sandbox=True) as lab, il.open(catalog_path, sandbox=True) as other:
        g = lab.submit("a fox", model=ONE)
        _until(lambda: "accepted" in lab.sql("SELECT state FROM call")["state"].tolist())

        assert other.generation(g.id).cancel()
        with pytest.raises(CancelledError, match="cancelled before it began"):
            g.wait()

    assert bill() == []


def test_what_has_ended_is_not_free_to_cancel(lab: il.Lab) -> None:
    g = lab.generate("a fox", model=ONE)

    assert not g.cancel()
    assert g.status == "succeeded"


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
