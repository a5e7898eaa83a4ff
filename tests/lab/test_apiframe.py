from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab import clock
from imagelab.domain.money import Cost
from imagelab.errors import (
    BudgetError,
    DownloadError,
    ImagelabError,
    QuotaError,
    RefusedError,
    RequestError,
    UnavailableError,
)
from imagelab.sandbox.book import Book, Task

Png = Callable[..., bytes]
ONE, TWO = "apiframe/gpt-image-1.5", "apiframe/gpt-image-2"
KEY = "afk_CANARY_0123456789abcdef"
ALWAYS = 9  # times a fault strikes: as often as one call is sent by one run


def book(path: Path) -> Book:
    return Book(path.with_name("sandbox.book"))


def charges(path: Path) -> int:
    return len(book(path).bill())


def uploads(path: Path) -> list[Task]:
    return book(path).tasks("apiframe/uploads")


def lost(path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, **asked: Any) -> None:
    """A generation whose outcome nobody knows."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", f"{fault}:{ALWAYS}")
    with il.open(path, sandbox=True) as lab:
        with suppress(ImagelabError):
            lab.generate("a red fox", **{"model": ONE, "quality": "low", **asked})
        assert lab.generation(1).status == "unknown"
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")


def later(monkeypatch: pytest.MonkeyPatch, **so_long: float) -> None:
    monkeypatch.setattr(clock, "_shift", clock._shift + timedelta(**so_long))


def test_images_cost_what_the_job_says_in_credits(lab: il.Lab) -> None:
    g = lab.generate("a fox", model=ONE, quality="medium", size="landscape", n=2)

    assert str(g.quote.likely) == "18 credits"
    assert g.cost == Cost(Decimal(18), "credits")
    assert [str(asset.cost) for asset in g] == ["9 credits", "9 credits"]
    assert {(asset.width, asset.height) for asset in g} == {(1536, 1024)}
    assert lab.spend()["credits"].tolist() == [Decimal(18)]


def test_a_quote_left_to_the_service_is_exact_for_it_bills_the_highest(lab: il.Lab) -> None:
    quote = lab.quote("a fox", model=ONE)

    assert quote.range == "24 credits"
    assert "credits an image, read 2026-11-20" in quote.basis


def test_more_than_ten_images_are_several_jobs(lab: il.Lab, catalog_path: Path) -> None:
    g = lab.generate("a fox", model=ONE, quality="low", n=12)

    assert len(g) == 12
    assert [line.images for line in book(catalog_path).bill()] in ([10, 2], [2, 10])


def test_a_price_that_no_page_tells_is_unknown_before_and_reported_afterwards(lab: il.Lab) -> None:
    quote = lab.quote("a fox", model=TWO)
    g = lab.generate("a fox", model=TWO, quality="low")

    assert (quote.low, quote.likely, quote.high) == (None, None, None)
    assert "price unknown (no page tells" in str(quote)
    assert g.cost == Cost(Decimal(4), "credits")


def test_under_a_budget_credits_need_a_rate_and_count_at_it(lab: il.Lab) -> None:
    lab.budget(total=1)
    with pytest.raises(BudgetError, match=r"paid in credits.*credits=\{'apiframe': 0\.01\}"):
        lab.generate("a fox", model=ONE, quality="low")

    lab.budget(credits={"apiframe": 0.01})
    lab.generate("a fox", model=ONE, quality="low", n=2)

    assert lab.budget().spent == Decimal("0.08")
    with pytest.raises(BudgetError, match=r"would cost up to \$2\.40, and \$0\.92"):
        lab.generate("a fox", model=ONE, n=10)


def test_under_a_budget_an_unknown_price_is_refused(lab: il.Lab) -> None:
    lab.budget(total=1, credits={"apiframe": 0.01})

    with pytest.raises(BudgetError, match="no upper price in dollars"):
        lab.generate("a fox", model=TWO)


def test_an_edit_uploads_its_parent_once_and_keeps_it(lab: il.Lab, catalog_path: Path) -> None:
    parent = lab.generate("a fox", model=ONE, quality="low")[0]

    edit = parent.edit("at night", quality="low")

    assert (edit.model, edit[0].parents) == ("gpt-image-1.5", [parent])
    [upload] = uploads(catalog_path)
    assert upload.id in lab.sql("SELECT body FROM call ORDER BY id DESC")["body"][0]


def test_a_job_whose_answer_was_lost_is_found_in_the_list_by_opening(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(catalog_path, monkeypatch, "reset_after_charge", n=2)

    with il.open(catalog_path, sandbox=True) as lab:
        report = lab.recover()

        assert "g1 was unknown and is succeeded, 2 images came, 8 credits" in repr(report)
    assert charges(catalog_path) == 1


def test_a_job_that_never_arrived_is_sent_once_more_with_the_uploads_it_had(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, png: Png
) -> None:
    lost(catalog_path, monkeypatch, "server_error_before_charge", images=png())
    later(monkeypatch, minutes=40)

    with il.open(catalog_path, sandbox=True) as lab:
        lab.recover()

        assert (lab.generation(1).status, len(lab.generation(1))) == ("succeeded", 1)
    assert (charges(catalog_path), len(uploads(catalog_path))) == (1, 1)


def test_once_its_uploads_may_be_gone_it_is_not_sent_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, png: Png
) -> None:
    lost(catalog_path, monkeypatch, "server_error_before_charge", images=png())
    later(monkeypatch, hours=1)

    with il.open(catalog_path, sandbox=True) as lab:
        report = lab.recover()

        assert "what it was sent with is no longer there, so it is not sent again" in repr(report)
        assert lab.generation(1).status == "unknown"
    assert (charges(catalog_path), len(uploads(catalog_path))) == (0, 1)


@pytest.mark.parametrize(("hours", "status", "paid"), [(22, "succeeded", 1), (23, "unknown", 0)])
def test_a_repeat_without_uploads_is_within_the_life_of_its_key(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, status: str, paid: int
) -> None:
    lost(catalog_path, monkeypatch, "server_error_before_charge")
    later(monkeypatch, hours=hours)

    with il.open(catalog_path, sandbox=True) as lab:
        lab.recover()

        assert lab.generation(1).status == status
    assert charges(catalog_path) == paid


def test_two_equal_lost_calls_are_not_mixed_up(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", f"server_error_before_charge:{2 * ALWAYS}")
    with il.open(catalog_path, sandbox=True) as lab:
        lost = [lab.submit("a red fox", model=ONE, quality="low") for _ in range(2)]
        il.wait(lost)
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")

    with il.open(catalog_path, sandbox=True) as lab:
        lab.recover()

        jobs = lab.sql("SELECT remote FROM call")["remote"]
        assert [lab.generation(n).status for n in (1, 2)] == ["succeeded"] * 2
    assert jobs.nunique() == charges(catalog_path) == 2


def test_no_credits_left_says_how_many_and_is_free(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "quota")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(QuotaError, match="24 credits required, 3 available"):
            lab.generate("a fox", model=ONE)

        assert lab.generation(1).cost == Cost(Decimal(0))


def test_a_refused_job_may_have_been_billed_and_is_settled_by_hand(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(RefusedError, match="safety system"):
            lab.generate("a fox", model=ONE, quality="low")
        g = lab.generation(1)
        before = g.status, g.cost, lab.spend()["unknown_credits_at_most"].tolist()

        g.settle(charged=Cost(Decimal(4), "credits"))

        assert before == ("failed", None, [Decimal(4)])
        assert str(g.cost) == "4 credits"


def test_an_upload_that_cannot_be_made_costs_nothing(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, png: Png
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "poll_server_error:9")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(UnavailableError, match="does not answer"):
            lab.generate("a fox", model=ONE, images=png())

        assert lab.generation(1).cost == Cost(Decimal(0))
    assert charges(catalog_path) == 0


def test_an_address_that_does_not_answer_loses_no_image_and_pays_no_second(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "download_reset:9")
    with (
        il.open(catalog_path, sandbox=True) as lab,
        pytest.raises(DownloadError, match="made and billed"),
    ):
        lab.generate("a fox", model=ONE, quality="low")
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")

    with il.open(catalog_path, sandbox=True) as lab:
        assert (lab.generation(1).wait().status, charges(catalog_path)) == ("succeeded", 1)


def test_the_balance_is_what_the_vendor_says_is_left(lab: il.Lab) -> None:
    lab.generate("a fox", model=ONE, quality="high")

    assert lab.balance("apiframe") == Cost(Decimal(10_000 - 24), "credits")


def test_who_does_not_tell_a_balance_is_named_with_who_does(lab: il.Lab) -> None:
    with pytest.raises(
        RequestError, match=r"openai does not tell .*, look at its dashboard; 'apiframe' does"
    ):
        lab.balance("openai")


def test_a_balance_that_is_refused_says_why(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "poll_reset:9")
    with (
        il.open(catalog_path, sandbox=True) as lab,
        pytest.raises(UnavailableError, match="does not answer"),
    ):
        lab.balance("apiframe")


def test_a_webhook_changes_no_price_and_any_other_field_may(lab: il.Lab) -> None:
    hook = {"webhookUrl": "https://hooks.example/x", "webhookEvents": ["completed"]}

    told = lab.quote("a fox", model=ONE, extra=hook)
    other = lab.quote("a fox", model=ONE, extra={"gptImageParams": {"seed": 7}})

    assert told.range == "24 credits"
    assert other.high is None


def test_what_opens_the_users_addresses_is_not_in_the_bodies_that_are_kept(lab: il.Lab) -> None:
    hook = {"webhookUrl": "https://hooks.example/x?token=hunter2"}

    lab.generate("a fox", model=ONE, quality="low", extra=hook)

    [body] = lab.sql("SELECT body FROM call")["body"]
    assert "https://hooks.example/x?…" in body
    assert "hunter2" not in body


def test_an_edit_can_be_written_as_a_script_that_uploads_and_asks(lab: il.Lab) -> None:
    parent = lab.generate("a fox", model=ONE, quality="low")[0]
    name = f"{parent.sha256[:12]}.webp"

    python = lab.quote("at night", model=ONE, images=parent).code("python")
    curl = lab.quote("at night", model=ONE, images=parent).code("curl")

    assert f"uploaded('{name}')" in python
    assert "/v2/jobs/' + reply_id" in python
    assert f"'file=@{name};type=image/webp'" in curl
    assert "Bearer" not in python + curl
    assert lab.sql("SELECT count(*) AS n FROM call")["n"][0] == 1


class Vendor(BaseHTTPRequestHandler):
    """Answers on this machine as the pages say; `asked` holds what came."""

    asked: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        upload = {"id": "1", "url": f"http://{self.headers['host']}/uploads/1.png?signature=s"}
        told = upload if self.path.endswith("/uploads") else {"jobId": "j-1", "status": "QUEUED"}
        self._reply(body, json.dumps(told).encode(), 202)

    def do_GET(self) -> None:
        images = [f"http://{self.headers['host']}/images/j-1-1.png"]
        job = {"id": "j-1", "status": "COMPLETED", "result": {"images": images}, "creditCost": 4}
        self._reply(b"", picture() if "/images/" in self.path else json.dumps(job).encode(), 200)

    def _reply(self, came: bytes, told: bytes, status: int) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked.append((self.path, headers, came))
        self.send_response(status)
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        pass


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Vendor]]:
    handler = type("Handler", (Vendor,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,)).start()
        monkeypatch.setenv("APIFRAME_BASE_URL", f"http://127.0.0.1:{listening.server_port}/v2")
        monkeypatch.setattr("imagelab.providers.apiframe.FIRST_WAIT_S", 0.01)
        yield handler
        listening.shutdown()


def test_a_real_lab_gives_its_key_to_the_api_and_to_nobody_else(
    vendor: type[Vendor], tmp_path: Path, png: Png
) -> None:
    with il.open(tmp_path / "real.db", sandbox=False, keys={"apiframe": KEY}) as lab:
        g = lab.generate("a fox", quality="low", images=png())

        assert (len(g), g.cost) == (1, Cost(Decimal(4), "credits"))
        [key] = lab.sql('SELECT "key" FROM call')["key"]
        assert KEY not in g.code("curl") + lab.sql("SELECT body FROM call")["body"][0]
    paths = [path for path, *_ in vendor.asked]
    assert paths == ["/v2/uploads", "/v2/images/generate", "/v2/jobs/j-1", "/images/j-1-1.png"]
    upload, order, ask, file = (headers for _, headers, _ in vendor.asked)
    assert [h.get("x-api-key") for h in (upload, order, ask, file)] == [KEY, KEY, KEY, None]
    assert order["idempotency-key"] == key
    assert upload["content-type"].startswith("multipart/form-data; boundary=")
    address = json.loads(vendor.asked[1][2])["gptImageParams"]["input_images"][0]
    assert address.endswith("/uploads/1.png?signature=s")
