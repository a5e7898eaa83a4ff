from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import ImagelabError
from imagelab.sandbox.book import Book

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
KILLED = """
import sys, imagelab as il
lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a red fox", model=sys.argv[2], quality="low", n=2)
"""


def killed(path: Path, model: str, point: str) -> None:
    command = [sys.executable, "-c", KILLED, str(path), model]
    ended = subprocess.run(
        command,
        env={**os.environ, "IMAGELAB_KILL_AT": point},
        timeout=120,
        check=False,
        capture_output=True,
    )
    assert ended.returncode == -9, ended.stderr


def charges(path: Path) -> int:
    return len(Book(path.with_name("sandbox.book")).bill())


def lost(path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, model: str = OPENAI) -> None:
    """A generation whose outcome nobody knows."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault)
    with il.open(path, sandbox=True) as lab, suppress(ImagelabError):
        lab.generate("a red fox", model=model, quality="low", n=2)
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")


def test_when_all_is_settled_there_is_nothing_pending_and_nothing_to_recover(lab: il.Lab) -> None:
    lab.generate("a fox", quality="low")

    assert list(lab.pending()) == []
    assert repr(lab.pending()) == "Pending(nothing: every generation is settled)"
    assert repr(lab.recover()) == "nothing to recover: every generation is settled"


def test_a_lost_answer_is_pending_with_its_price_and_where_to_look(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(catalog_path, monkeypatch, "reset_after_charge")

    with il.open(catalog_path, sandbox=True) as lab:
        pending = lab.pending()
        said = repr(pending)

    assert [generation.id for generation in pending] == [1]
    assert re.search(r"g1 .* openai/gpt-image-2 .*\$0\.0", said)
    assert re.search(r"usage page from \d{4}-\d\d-\d\d \d\d:\d\d to \d\d:\d\d UTC", said)
    assert "lab.generation(1).settle(charged=…) or .resend()" in said


def test_an_answer_that_is_not_understood_is_said_to_be_here_and_to_be_read_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(catalog_path, monkeypatch, "null")

    with il.open(catalog_path, sandbox=True) as lab:
        said = repr(lab.pending())

    assert "answered, and the answer was not understood" in said
    assert "lab.recover() reads the answer again; else lab.generation(1).settle" in said


def test_of_a_partial_one_nothing_is_proposed_that_is_refused(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings(action="ignore"):
        lost(catalog_path, monkeypatch, "reset_after_charge", "cloudflare/gpt-image-2")

    with il.open(catalog_path, sandbox=True) as lab:
        assert lab.generation(1).status == "partial"
        assert "lab.generation(1).settle(charged=…)" in repr(lab.pending())
        assert ".resend()" not in repr(lab.pending())


def test_recovering_what_nobody_can_be_asked_for_leaves_it_and_says_so(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(catalog_path, monkeypatch, "reset_after_charge")

    with il.open(catalog_path, sandbox=True) as lab:
        report = lab.recover()

        assert "g1 is unknown still: look at openai's usage page" in repr(report)
        assert lab.generation(1).status == "unknown"
    assert charges(catalog_path) == 1


def test_what_was_settled_by_hand_is_pending_no_more(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(catalog_path, monkeypatch, "reset_after_charge")

    with il.open(catalog_path, sandbox=True) as lab:
        lab.generation(1).settle(charged=False)

        assert len(lab.pending()) == 0


def test_what_is_under_way_is_pending_with_a_way_to_wait(lab: il.Lab) -> None:
    generation = lab.submit("a fox", quality="low")

    said = repr(lab.pending())

    assert "nothing" in said or "lab.generation(1).wait()" in said
    generation.wait()


def test_the_page_of_a_notebook_shows_prompts_as_text(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge")
    with il.open(catalog_path, sandbox=True) as lab:
        with suppress(ImagelabError):
            lab.generate("<img src=x onerror=alert(1)>", quality="low")

        shown = lab.pending()._repr_mimebundle_()["text/html"]

    assert "&lt;img src=x" in shown
    assert "<img" not in shown


@pytest.mark.fault
def test_recover_sends_the_same_task_once_more_to_a_vendor_that_knows_it(
    catalog_path: Path,
) -> None:
    killed(catalog_path, RUNWARE, "sent")

    with il.open(catalog_path, sandbox=True) as lab:
        with suppress(ImagelabError):
            lab.generation(1).wait()
        before = lab.generation(1).status, charges(catalog_path)
        report = lab.recover()

        assert before == ("unknown", 0)
        assert "g1 was unknown and is succeeded, 2 images came, $0.0" in repr(report)
        assert report.images == len(lab.generation(1)) == 2
    assert charges(catalog_path) == 1


@pytest.mark.fault
def test_recover_never_pays_a_vendor_that_does_not_know_our_ids(catalog_path: Path) -> None:
    killed(catalog_path, OPENAI, "sent")

    with il.open(catalog_path, sandbox=True) as lab:
        lab.recover()

        assert lab.generation(1).status == "unknown"
    assert charges(catalog_path) == 0


@pytest.mark.fault
def test_after_the_vendors_window_recover_asks_and_does_not_send(
    catalog_path: Path,
) -> None:
    killed(catalog_path, RUNWARE, "sent")
    with il.open(catalog_path, sandbox=True) as lab, suppress(ImagelabError):
        lab.generation(1).wait()
    early = "UPDATE call SET sent_at = sent_at - 16 * 60 * 1000000"

    with il.open(catalog_path, sandbox=True) as lab:
        with lab._engine.catalog.writing() as db:
            db.execute(early)
        lab.recover()

        assert lab.generation(1).status == "unknown"
    assert charges(catalog_path) == 0
