from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import journal, staging
from imagelab.catalog.entries import call_row
from imagelab.catalog.unsent import settle_unsent
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Intent
from imagelab.domain.params import Params
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.errors import CatalogError
from imagelab.jobs.endings import held_back
from imagelab.jobs.lease import this_lease
from imagelab.jobs.owner import this_process
from imagelab.sandbox.book import Book

WHY = "nothing was sent, so nothing was billed: its disk failed"


@pytest.fixture
def made(lab: il.Lab) -> Intent:
    """What a process put down: durable as sent, and settled by nobody."""
    request = Request("openai", "gpt-image-2", "gpt-image-2", "a fox", Params())
    quote = Quote("openai/gpt-image-2", 1, None, None, None, "", lambda _: "")
    intent = Intent(uuid7(), request, (Call(uuid7(), uuid4(), request, 1),), quote, this_lease())
    with lab._engine.catalog.writing() as db:
        journal.record_intent(db, intent)
        mark(db, intent)
    return intent


def mark(db: sqlite3.Connection, intent: Intent) -> None:
    call, owner = intent.calls[0].uuid, this_process()
    url = "https://api.openai.com/v1/images/generations"
    journal.mark_sent(db, call, "POST", url, "{}", "1" * 64, owner=owner)


def test_what_the_disk_does_not_let_be_sent_ends_as_unbilled(
    lab: il.Lab, catalog_path: Path
) -> None:
    catalog_path.with_name("staging").write_text("a file where the folder should be")

    with pytest.raises(CatalogError, match="nothing was sent, so nothing was billed: the catalog"):
        lab.generate("a fox", quality="low")

    generation = lab.generation(1)
    assert (generation.status, str(generation.cost)) == ("failed", "$0.00")
    assert Book(catalog_path.with_name("sandbox.book")).bill() == []


def test_a_note_that_it_was_not_posted_is_believed_when_it_is_taken_up(
    lab: il.Lab, made: Intent
) -> None:
    staging.stage_unsent(lab._engine.catalog.staging, made.calls[0].uuid, WHY)

    lab.recover()

    generation = lab.generation(1)
    assert (generation.status, str(generation.error)) == ("failed", WHY)
    assert list(lab._engine.catalog.staging.iterdir()) == []


def test_a_note_on_what_another_marked_as_sent_after_it_is_not_believed(
    lab: il.Lab, made: Intent
) -> None:
    staging.stage_unsent(lab._engine.catalog.staging, made.calls[0].uuid, WHY)
    with lab._engine.catalog.writing() as db:
        mark(db, made)

    lab.recover()

    assert lab.generation(1).status == "unknown"


def test_without_a_note_what_is_durable_as_sent_is_unknown(lab: il.Lab, made: Intent) -> None:
    lab.recover()

    (call,) = made.calls
    with lab._engine.catalog.reading() as db:
        assert call_row(db, call.uuid)["state"] == "unknown"


def test_a_process_that_was_taken_over_does_not_call_it_unsent(lab: il.Lab, made: Intent) -> None:
    call = made.calls[0].uuid
    with lab._engine.catalog.writing() as db:
        db.execute("UPDATE generation SET pid = 1, boot = 'another'")
        assert not settle_unsent(db, call, held_back(WHY), owner=this_process())
        assert call_row(db, call)["state"] == "sent"


def test_a_note_goes_to_the_second_place_where_the_disk_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    folder = tmp_path / "staging"
    folder.write_text("a file where the folder should be")

    staging.stage_unsent(folder, "call", WHY)

    assert staging.unsent(folder, "call") == WHY
    assert staging.all_staged(folder) == ["call"]
