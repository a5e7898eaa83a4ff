from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import DownloadError, MissingKeyError, RequestError, UnsupportedParamError
from imagelab.sandbox.book import Book

ONE, TWO = "cloudflare/openai/gpt-image-1.5", "cloudflare/openai/gpt-image-2"
KEY = "t-CANARY-0123456789abcdef"
ACCOUNT = "0123456789abcdef0123456789abcdef"


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return file.getvalue()


class Gateway(BaseHTTPRequestHandler):
    """Answers on this machine as the pages say; `asked` holds what came."""

    asked: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        host = f"http://{self.headers['host']}"
        result = {"result": {"image": f"{host}/a.png"}, "state": "Completed"}
        metadata = {"gatewayMetadata": {"keySource": "BYOK"}}
        self._reply(json.dumps(result | metadata).encode(), "application/json")

    def do_GET(self) -> None:
        self.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, b""))
        self._reply(picture(), "image/png")

    def _reply(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gateway]]:
    handler = type("Handler", (Gateway,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,)).start()
        base = f"http://127.0.0.1:{listening.server_port}/client/v4"
        monkeypatch.setenv("CLOUDFLARE_BASE_URL", base)
        yield handler
        listening.shutdown()


@pytest.mark.parametrize(
    ("named", "offer"),
    [
        ({"provider": "cloudflare"}, "cloudflare/gpt-image-2"),
        ({"provider": "cloudflare", "model": "openai/gpt-image-1.5"}, "cloudflare/gpt-image-1.5"),
        ({"model": ONE}, "cloudflare/gpt-image-1.5"),
        ({"model": "cloudflare/gpt-image-2"}, "cloudflare/gpt-image-2"),
        ({"model": "openai/gpt-image-1.5"}, "openai/gpt-image-1.5"),
    ],
)
def test_the_text_before_the_first_slash_names_the_provider(
    lab: il.Lab, named: dict[str, str], offer: str
) -> None:
    assert lab.quote("a fox", **named).offer == offer


def test_several_images_are_several_calls(lab: il.Lab, catalog_path: Path) -> None:
    g = lab.generate("a fox", model=TWO, quality="low", size="portrait", n=3)

    assert [(asset.width, asset.height) for asset in g] == [(1024, 1536)] * 3
    assert lab.sql("SELECT n FROM call")["n"].tolist() == [1, 1, 1]
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 3


def test_who_was_billed_is_told_by_the_asset(lab: il.Lab) -> None:
    [asset] = lab.generate("a fox", model=ONE, quality="low")

    assert asset.reported == {"keySource": "Unified"}
    assert asset.cost
    assert asset.cost.source == "estimated"


def test_an_edit_keeps_its_parent_and_its_offer(lab: il.Lab) -> None:
    parent = lab.generate("a fox", model=ONE, quality="low")[0]

    edit = parent.edit("at night", quality="low")

    assert (edit.model, edit[0].parents) == ("gpt-image-1.5", [parent])


@pytest.mark.parametrize("word", ["portrait", "landscape"])
def test_a_shape_the_page_has_no_size_for_is_refused_with_those_it_has(
    lab: il.Lab, word: str
) -> None:
    said = (
        f"size='{word}'; it takes '256x256', .*'1024x1792'; .*cloudflare/gpt-image-2, .* would take"
    )

    with pytest.raises(UnsupportedParamError, match=said):
        lab.quote("a fox", model=ONE, size=word)


@pytest.mark.parametrize("model", [ONE, TWO])
def test_a_transparent_background_is_refused_with_the_offers_that_have_it(
    lab: il.Lab, model: str
) -> None:
    said = "background='transparent'; .*; openai/gpt-image-2, .*runware/gpt-image-1.5, .* would take it"

    with pytest.raises(UnsupportedParamError, match=said) as caught:
        lab.quote("a fox", model=model, background="transparent")

    assert not [name for name in caught.value.elsewhere if name.startswith("cloudflare")]


@pytest.mark.parametrize("size", ["256x256", "512x512", "1792x1024", "1024x1792"])
def test_a_size_that_has_no_printed_price_is_quoted_wide_enough(
    lab: il.Lab, catalog_path: Path, size: str
) -> None:
    g = lab.generate("a fox", model=ONE, quality="high", size=size)

    [line] = Book(catalog_path.with_name("sandbox.book")).bill()
    assert g.quote.low
    assert g.quote.high
    assert g.quote.low.nano < g.quote.high.nano
    assert g.quote.low.nano <= line.nano <= g.quote.high.nano


def test_an_address_that_does_not_answer_loses_no_image_and_pays_no_second(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "download_reset:9")
    with (
        il.open(catalog_path, sandbox=True) as lab,
        pytest.raises(DownloadError, match="made and billed"),
    ):
        lab.generate("a fox", model=TWO, quality="low")
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")

    with il.open(catalog_path, sandbox=True) as lab:
        g = lab.generation(1).wait()

        assert (g.status, len(g)) == ("succeeded", 1)
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1


def test_code_shows_key_and_account_as_their_variables(lab: il.Lab) -> None:
    quote = lab.quote("a fox", model=TWO)

    curl, python = quote.code("curl"), quote.code("python")

    assert 'accounts/"$CLOUDFLARE_ACCOUNT_ID"/ai/run' in curl
    assert '"Authorization: Bearer $CLOUDFLARE_API_TOKEN"' in curl
    assert "accounts/' + os.environ['CLOUDFLARE_ACCOUNT_ID'] + '/ai/run'" in python


def test_a_real_lab_asks_at_the_account_and_gives_the_token_to_nobody_else(
    gateway: type[Gateway], tmp_path: Path
) -> None:
    keys = {"cloudflare": KEY, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}
    with il.open(tmp_path / "real.db", sandbox=False, keys=keys) as lab:
        g = lab.generate("a fox", quality="low")

        assert g[0].reported == {"keySource": "BYOK"}
        assert ACCOUNT not in g.code("curl")
    [(posted, headers, body), (got, without, _)] = gateway.asked
    assert posted == f"/client/v4/accounts/{ACCOUNT}/ai/run"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["cf-aig-max-attempts"] == "1"
    assert json.loads(body)["input"] == {"prompt": "a fox", "quality": "low"}
    assert got == "/a.png"
    assert not [value for value in without.values() if KEY in value]


def test_without_an_account_only_paying_says_so(tmp_path: Path) -> None:
    with il.open(tmp_path / "real.db", sandbox=False, keys={"cloudflare": KEY}) as lab:
        assert lab.quote("a fox", model=TWO).likely

        with pytest.raises(MissingKeyError, match=r"no account for cloudflare: .*CLOUDFLARE_ACCOU"):
            lab.generate("a fox", model=TWO)
        assert lab.sql("SELECT * FROM generations").empty


def test_without_a_key_the_key_is_named_first(tmp_path: Path) -> None:
    with (
        il.open(tmp_path / "real.db", sandbox=False) as lab,
        pytest.raises(MissingKeyError, match="no key for cloudflare: set CLOUDFLARE_API_TOKEN, or"),
    ):
        lab.generate("a fox", model=TWO)


def test_a_token_without_an_account_is_no_way_to_pay_and_the_first_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = {"cloudflare": KEY, "runware": "r-0123456789abcdef"}
    with il.open(tmp_path / "real.db", sandbox=False, keys=keys) as lab:
        assert lab.quote("a fox").offer == "runware/gpt-image-1.5"

    assert "cloudflare …cdef (without CLOUDFLARE_ACCOUNT_ID)" in capsys.readouterr().out


def test_an_account_that_is_none_gets_into_no_address(tmp_path: Path) -> None:
    keys = {"cloudflare": KEY, "CLOUDFLARE_ACCOUNT_ID": KEY}
    with (
        il.open(tmp_path / "real.db", sandbox=False, keys=keys) as lab,
        pytest.raises(RequestError, match="CLOUDFLARE_ACCOUNT_ID is not an account's id") as caught,
    ):
        lab.generate("a fox", model=TWO)

    assert KEY not in str(caught.value)


def test_what_an_address_kept_back_is_fetched_by_recovering(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "download_server_error:4")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(DownloadError, match="answers HTTP 503"):
            lab.generate("a fox", model=TWO, quality="low")

        lab.recover()

        assert (lab.generation(1).status, len(lab.pending())) == ("succeeded", 0)
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1


def test_logging_in_asks_for_the_account_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gateway: type[Gateway]
) -> None:
    typed = iter([KEY, ACCOUNT])
    monkeypatch.setattr("imagelab.providers.keys._remembered", {})
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))

    assert il.login("cloudflare") == "cloudflare …cdef"
    with il.open(tmp_path / "real.db", sandbox=False) as lab:
        lab.generate("a fox", provider="cloudflare", quality="low")

    assert gateway.asked[0][0] == f"/client/v4/accounts/{ACCOUNT}/ai/run"
