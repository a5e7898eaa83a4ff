from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import ImagelabError
from tests.lab.vendor import Answer, Vendor, by_address, coded, picture

CANARY = "sk-CANARY-7f3a91c25d8e4b60"


def refusing(status: int, code: str) -> Answer:
    # A vendor that repeats the key in its words, as OpenAI does with a part of it.
    said = {"message": f"not with {CANARY}", "code": code, "type": "x"}
    return lambda _: (status, {"error": said})


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    server = Vendor()
    yield server
    server.stop()


@pytest.fixture
def real(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Lab]:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{vendor.origin}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with il.open(tmp_path / "kept" / "real.db") as lab:
        yield lab


def test_a_whole_generation_against_a_real_server(vendor: Vendor, real: il.Lab) -> None:
    g = real.generate("a fox", model="openai/gpt-image-1.5", quality="low")

    [(method, path, headers, body)] = vendor.asked
    assert (method, path) == ("POST", "/v1/images/generations")
    assert headers["authorization"] == f"Bearer {CANARY}"
    assert json.loads(body)["prompt"] == "a fox"
    assert g[0].read() == picture()
    assert g.cost is None  # a server on this machine has no price of OpenAI's
    assert g.used == {"size": "1024x1024"}


def test_a_result_by_address_is_fetched_without_the_key(vendor: Vendor, real: il.Lab) -> None:
    vendor.answer = by_address

    g = real.generate("a fox", quality="low")

    method, path, headers, _ = vendor.asked[1]
    assert (method, path) == ("GET", "/result.png")
    assert "authorization" not in headers
    assert g[0].read() == picture("red")


def test_an_edit_sends_the_parents_bytes(vendor: Vendor, real: il.Lab) -> None:
    parent = real.generate("a fox", quality="low")[0]

    edit = parent.edit("at night", quality="low")

    _, path, headers, body = vendor.asked[1]
    assert path == "/v1/images/edits"
    assert headers["content-type"].startswith("multipart/form-data")
    assert picture() in body
    assert edit[0].parents == [parent]


def test_an_address_is_read_once_and_not_again_for_reuse(vendor: Vendor, real: il.Lab) -> None:
    address = f"{vendor.origin}/input.png"
    first = real.generate("a hat", quality="low", images=[address, address])
    reads = [path for method, path, *_ in vendor.asked if method == "GET"]

    again = real.generate("a hat", quality="low", images=[address, address], reuse=True)

    assert reads == ["/input.png"]
    assert again == first
    assert [path for method, path, *_ in vendor.asked if method == "GET"] == reads
    assert first.inputs[0].read() == picture("red")


def test_what_is_sent_anew_reads_its_address_anew(vendor: Vendor, real: il.Lab) -> None:
    address = f"{vendor.origin}/input.png"
    real.generate("a hat", quality="low", images=address)

    real.generate("a scarf", quality="low", images=address, reuse=True)

    assert [method for method, *_ in vendor.asked] == ["GET", "POST", "GET", "POST"]


def test_a_server_without_a_key_is_asked_without_one(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{vendor.origin}/v1")

    with il.open(tmp_path / "real.db") as lab:
        lab.generate("a fox", quality="low")

    assert "authorization" not in vendor.asked[0][2]


FAILURES: dict[str, Answer] = {
    "key": refusing(401, "invalid_api_key"),
    "refused": refusing(400, "moderation_blocked"),
    "invalid": refusing(400, "unknown_parameter"),
    "quota": refusing(429, "insufficient_quota"),
    "server": refusing(500, "server_error"),
    "html": lambda _: (502, f"<html>{CANARY}".encode()),
    "not json": lambda _: (200, f"{CANARY} {{".encode()),
    "no image": lambda _: (200, {"data": [{"b64_json": base64.b64encode(b"no").decode()}]}),
    "far away": lambda _: (200, {"data": [{"url": f"https://10.0.0.1/{CANARY}"}]}),
}


def ours(path: Path) -> bytes:
    """What we wrote into a file; a reply is the vendor's own words from its second line on."""
    data = path.read_bytes()
    return data.partition(b"\n")[0] if path.parent.name == "staging" else data


@pytest.mark.parametrize("failure", [None, *FAILURES])
def test_the_key_is_in_nothing_that_is_kept_logged_raised_or_shown(
    vendor: Vendor,
    real: il.Lab,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    failure: str | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.answer = FAILURES[failure] if failure else coded
    raised: list[object] = []
    try:
        real.generate("a fox", quality="low")
    except ImagelabError as error:
        chain = [error, error.__cause__, error.__context__]
        raised += [text for e in chain for text in (str(e), repr(e), repr(vars(e) if e else ""))]
    g = real.generation(1)
    shown: list[object] = [
        repr(g),
        g._repr_mimebundle_(),
        str(g.error),
        g.code("python"),
        g.code("curl"),
    ]
    shown += [repr(real), repr(real.models()), il.whoami(), real.quote("a fox"), real._engine]
    shown += [vars(real._engine.accounts), real.sql("SELECT * FROM call").to_dict()]
    for name in [] if failure else ["out", "out.csv", "out.html"]:
        real.export(tmp_path / name)
    real.close()
    kept = b"".join(ours(path) for path in tmp_path.rglob("*") if path.is_file())

    assert bool(raised) is (failure is not None)
    assert CANARY not in " ".join(map(str, [*raised, *shown]))
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY.encode() not in kept
