from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import ImagelabError, RequestError
from imagelab.sandbox.book import Book

CANARY = "canary-7f3a91"
HOOK = f"https://hooks.example/in?token={CANARY}"
PUT = f"https://me:{CANARY}@up.example/put/x.png#{CANARY}"
EXTRA = {"webhookURL": HOOK, "uploadEndpoint": PUT}
RUNWARE: dict[str, Any] = {"model": "runware/gpt-image-1.5", "quality": "low"}
KILLED = f"""
import sys, imagelab as il
lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a fox", model="runware/gpt-image-1.5", quality="low", extra={EXTRA!r})
"""


def bill(catalog: Path) -> int:
    return len(Book(catalog.with_name("sandbox.book")).bill())


def test_what_opens_an_address_goes_to_the_vendor_and_is_kept_nowhere(
    lab: il.Lab, catalog_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    g = lab.generate("a fox", **RUNWARE, extra=EXTRA)
    shown = [g.code(style) for style in ("imagelab", "python", "curl")]
    shown += [lab.quote("a fox", **RUNWARE, extra=EXTRA).code("curl"), repr(g), caplog.text]
    shown += [repr(lab.sql("SELECT * FROM call").to_dict())]
    lab.close()

    book = catalog_path.with_name("sandbox.book")
    kept = {path.name for path in catalog_path.parent.rglob("*") if path.is_file() and path != book}
    secrets = [n for n in kept if CANARY.encode() in (catalog_path.parent / n).read_bytes()]
    assert HOOK.encode() in book.read_bytes()
    assert CANARY not in " ".join(shown)
    assert "https://hooks.example/in?…" in shown[0]
    assert "https://…@up.example/put/x.png?…" in shown[0]
    assert secrets == []


def test_an_equal_request_is_still_found_again(lab: il.Lab) -> None:
    first = lab.generate("a fox", **RUNWARE, extra=EXTRA)

    assert lab.generate("a fox", **RUNWARE, extra=EXTRA, reuse=True) == first


def test_an_address_as_it_is_kept_is_not_sent(lab: il.Lab, catalog_path: Path) -> None:
    asset = lab.generate("a fox", **RUNWARE, extra=EXTRA)[0]

    with pytest.raises(
        RequestError, match=r"extra=\{'uploadEndpoint': …\} is an address as it is kept"
    ):
        asset.regenerate()

    assert bill(catalog_path) == 1
    assert len(asset.regenerate(extra={"webhookURL": HOOK})) == 1


def test_a_refusal_does_not_repeat_it(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match="would replace fields") as refused:
        lab.quote("a fox", **RUNWARE, extra={"inputs": HOOK})

    assert CANARY not in str(refused.value)


@pytest.mark.fault
def test_what_cannot_be_sent_byte_for_byte_is_not_sent_again(catalog_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(catalog_path)]
    environment = {**os.environ, "IMAGELAB_KILL_AT": "sent"}
    ended = subprocess.run(command, env=environment, timeout=120, check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr

    with il.open(catalog_path, sandbox=True) as lab:
        with suppress(ImagelabError):
            lab.generation(1).wait()
        lab.recover()

        assert lab.generation(1).status == "unknown"
        lab.generation(1).settle(charged=False)
    assert bill(catalog_path) == 0
