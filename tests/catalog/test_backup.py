from __future__ import annotations

import fcntl
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from imagelab.catalog import (
    backup_originals,
    blobs,
    curation,
    search,
    staging,
    thumbnails,
)
from imagelab.catalog.backup import Backup, back_up
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.checkup import check
from imagelab.catalog.imports import keep_import
from imagelab.catalog.locks import beside
from imagelab.catalog.staging import StagedReply
from imagelab.catalog.thumbnails import Look
from imagelab.domain.query import parse
from imagelab.errors import CatalogBusyError, CatalogError, CatalogModeError, CatalogVersionError
from tests.catalog.originals import alter, fingerprint, flip, made, opened, picture
from tests.catalog.searchable import keep


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made(tmp_path / "lab" / "c.db", [picture(number) for number in range(3)])
    return tmp_path / "lab" / "c.db"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy.db"


def backed_up(path: Path, copy: Path) -> Backup:
    with opened(path) as catalog:
        return back_up(catalog, copy)


def add(path: Path, number: int) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        keep_import(db, picture(number))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with opened(path) as catalog, catalog.reading() as db:
        return [tuple(row) for row in db.execute(sql).fetchall()]


def all_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but what a copy says of itself."""
    names = rows(
        path, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts5%'"
    )
    held = {name: rows(path, f'SELECT * FROM "{name}" ORDER BY 1, 2') for (name,) in names}
    held["about"] = [row for row in held["about"] if not row[0].startswith("copied")]
    return held


def add_call(catalog: Catalog, uuid: str, state: str, **columns: Any) -> None:
    """A generation of two images at most at two dollars, with one call in this state."""
    with catalog.writing() as db:
        generation = db.execute(
            "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params,"
            " resolved, fingerprint, quote_high, boot, pid, process_start, created_at) VALUES"
            " (?, 'running', 'p', 'm', 'm', '', 2, '{}', '{}', '', 2000000000, '', 0, 0, 0)",
            (f"g-{uuid}",),
        ).lastrowid
        names = ", ".join(columns)
        db.execute(
            f"INSERT INTO call (uuid, generation, key, position, n, state{names and ', '}{names})"
            f" VALUES (?, ?, '', 0, 2, ?{', ?' * len(columns)})",
            (uuid, generation, state, *columns.values()),
        )


def test_a_backup_has_every_row_and_every_byte(path: Path, copy: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        curation.rate(db, [2], 4)
        thumbnails.save(db, picture(0).sha256, Look(b"small", "image/jpeg", 17))

    done = backed_up(path, copy)

    assert all_rows(copy) == all_rows(path)
    assert (done.assets, done.originals, done.copied) == (3, 3, 3)
    assert done.copied_bytes == sum(len(picture(number).data) for number in range(3))


def test_a_backup_is_a_catalog_that_is_well_and_can_be_searched(path: Path, copy: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        keep(db, "a red fox", tags=["hero"])
        db.execute("UPDATE blob SET size_bytes = 1 WHERE size_bytes != length(data)")

    backed_up(path, copy)

    with opened(copy) as catalog:
        assert check(catalog).ok
        with catalog.writing() as db:
            assert search.all_ids(db, parse("foxes tag:hero")) == [4]
            db.execute("INSERT INTO text_index (text_index) VALUES ('integrity-check')")
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_backup_says_whose_and_of_when_it_is(path: Path, copy: Path) -> None:
    backed_up(path, copy)

    about, original = (dict(rows(file, "SELECT * FROM about")) for file in (copy, path))
    assert about["uuid"] == original["uuid"]
    assert about["copied_from"] == f"{original['uuid']} {path}"
    assert about["copied_at"] > about["created_at"]


def test_a_second_backup_copies_only_what_is_new(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    add(path, 7)

    done = backed_up(path, copy)

    assert (done.copied, done.copied_bytes, done.originals) == (1, len(picture(7).data), 4)
    assert all_rows(copy) == all_rows(path)


def test_what_was_said_of_an_image_since_is_in_the_next_backup(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    with opened(path) as catalog, catalog.writing() as db:
        curation.rate(db, [2], 5)
        thumbnails.save(db, picture(2).sha256, Look(b"small", "image/jpeg", 17))

    assert backed_up(path, copy).copied == 0

    assert all_rows(copy) == all_rows(path)
    with opened(copy) as catalog, catalog.reading() as db:
        assert search.all_ids(db, parse("rating:5 is:imported")) == [2]


def test_originals_that_no_row_names_any_more_go(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    alter(path, "DELETE FROM blob WHERE id = 2", "UPDATE asset SET blob = 1 WHERE id = 2")

    backed_up(path, copy)

    assert rows(copy, "SELECT id FROM blob") == [(1,), (3,)]


def test_an_original_whose_number_was_given_to_another_gets_its_own(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    alter(path, "UPDATE blob SET id = 9 WHERE id = 1", "UPDATE blob SET id = 1 WHERE id = 2")
    alter(path, "UPDATE asset SET blob = CASE blob WHEN 1 THEN 9 WHEN 2 THEN 1 ELSE blob END")
    add(path, 7)

    backed_up(path, copy)

    assert all_rows(copy) == all_rows(path)


def test_bytes_that_were_altered_are_copied_as_found_and_told(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))

    done = backed_up(path, copy)

    assert done.altered == 1
    assert "1 original no longer as kept, copied as found" in repr(done)
    assert all_rows(copy) == all_rows(path)


def test_altered_bytes_do_not_replace_the_right_ones_in_a_backup(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    flip(path, picture(1), random.Random(1))

    backed_up(path, copy)

    with opened(copy) as catalog, catalog.reading() as db:
        assert blobs.read(db, picture(1).sha256) == picture(1).data


@pytest.mark.parametrize("state", ["intent", "sent", "staged", "accepted"])
def test_what_is_under_way_is_unknown_in_the_copy_at_its_upper_price(
    path: Path, copy: Path, state: str
) -> None:
    with opened(path) as catalog:
        add_call(catalog, "open", state)
        done = back_up(catalog, copy)

    assert done.under_way == 1
    assert repr(done).endswith("; under way, and unknown in the copy: 1 generation)")
    assert rows(path, "SELECT status, error FROM generation") == [("running", None)]
    [(status, cost, error)] = rows(copy, "SELECT status, cost_nano, error FROM generation")
    assert (status, cost) == ("unknown", None)
    assert error.startswith("was under way when this copy was made")
    assert rows(copy, "SELECT amount_nano, high_nano, note FROM ledger") == [
        (None, 2_000_000_000, "possibly billed, no image")
    ]
    with opened(copy) as catalog:
        assert check(catalog, deep=True).ok


def test_a_generation_that_was_under_way_is_settled_in_the_next_backup(
    path: Path, copy: Path
) -> None:
    with opened(path) as catalog:
        add_call(catalog, "open", "sent")
        back_up(catalog, copy)
        with catalog.writing() as db:
            db.execute("UPDATE call SET state = 'cancelled', finished_at = 1")
            db.execute("UPDATE generation SET status = 'cancelled', cost_nano = 0")
        done = back_up(catalog, copy)

    assert done.under_way == 0
    assert all_rows(copy) == all_rows(path)


def test_staged_replies_of_what_is_not_settled_lie_beside_the_copy(path: Path, copy: Path) -> None:
    folder, there = path.with_name("staging"), copy.with_name("staging")
    with opened(path) as catalog:
        for uuid, state in (("open", "staged"), ("lost", "unknown"), ("over", "done")):
            add_call(catalog, uuid, state)
            staging.stage(folder, uuid, StagedReply(200, {}, uuid.encode()))
        staging.stage_part(folder, "lost", b"half")
        back_up(catalog, copy)

    kept = {file.name: file.read_bytes() for file in there.iterdir()}
    assert sorted(kept) == ["lost.partial", "lost.reply", "open.reply"]
    assert kept == {name: (folder / name).read_bytes() for name in kept}


def test_a_staged_reply_goes_from_the_copy_once_its_call_is_settled_there(
    path: Path, copy: Path
) -> None:
    with opened(path) as catalog:
        add_call(catalog, "open", "staged")
        staging.stage(catalog.staging, "open", StagedReply(200, {}, b"{}"))
        back_up(catalog, copy)
        with catalog.writing() as db:
            db.execute("UPDATE call SET state = 'done', finished_at = 1")
            db.execute("UPDATE generation SET status = 'failed', cost_nano = 0")
        back_up(catalog, copy)

        assert list(copy.with_name("staging").iterdir()) == []
        assert len(list(catalog.staging.iterdir())) == 1


def test_replies_beside_the_copy_stay_where_the_catalog_has_none_any_more(
    path: Path, copy: Path
) -> None:
    with opened(path) as catalog:
        add_call(catalog, "lost", "unknown")
        staging.stage(catalog.staging, "lost", StagedReply(200, {}, b"{}"))
        back_up(catalog, copy)
        staging.remove(catalog.staging, "lost")
        catalog.staging.rmdir()
        back_up(catalog, copy)

    assert [file.name for file in copy.with_name("staging").iterdir()] == ["lost.reply"]


def test_a_copy_in_the_same_folder_leaves_the_staged_replies_alone(path: Path) -> None:
    with opened(path) as catalog:
        add_call(catalog, "over", "done", finished_at=1)
        staging.stage(catalog.staging, "over", StagedReply(200, {}, b"{}"))
        back_up(catalog, path.with_name("copy.db"))

        assert [file.name for file in catalog.staging.iterdir()] == ["over.reply"]


def test_only_its_owner_may_read_a_copy_and_nothing_is_left_beside_it(
    path: Path, copy: Path
) -> None:
    backed_up(path, copy)

    assert copy.stat().st_mode & 0o077 == copy.parent.stat().st_mode & 0o077 == 0
    assert list(fingerprint(copy.parent)) == ["copy.db"]


@pytest.mark.parametrize("link", [False, True])
def test_the_catalog_itself_is_no_place_for_its_backup(
    path: Path,
    tmp_path: Path,
    link: bool,  # noqa: FBT001 - a case
) -> None:
    dest = path
    if link:
        dest = tmp_path / "link.db"
        os.link(path, dest)

    with pytest.raises(CatalogError, match="is the catalog itself; a backup goes to another file"):
        backed_up(path, dest)


def test_somebody_else_s_file_is_not_touched(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as db:
        db.execute("CREATE TABLE theirs (row)")
    before = (tmp_path / "theirs.db").read_bytes()

    with pytest.raises(
        CatalogError, match=r"'theirs\.db' is not an imagelab catalog; nothing in it was changed"
    ):
        backed_up(path, tmp_path / "theirs.db")

    assert (tmp_path / "theirs.db").read_bytes() == before


def test_a_place_where_no_file_can_be_is_told(path: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary")

    with pytest.raises(
        CatalogError, match=r"the catalog copy\.db cannot be opened in .*notes\.txt"
    ):
        backed_up(path, tmp_path / "notes.txt" / "copy.db")


def test_a_catalog_that_a_newer_imagelab_took_over_is_not_copied(path: Path, copy: Path) -> None:
    with opened(path) as catalog:
        alter(path, "PRAGMA user_version = 99")

        with pytest.raises(CatalogVersionError, match="up to date by a newer imagelab meanwhile"):
            back_up(catalog, copy)

    assert not copy.exists()


def test_a_text_is_not_taken_for_a_backup(path: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary, " * 100)

    with pytest.raises(CatalogError, match="is not an imagelab catalog"):
        backed_up(path, tmp_path / "notes.txt")


def test_an_empty_file_is_not_taken_for_a_backup(path: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    with pytest.raises(CatalogError, match="is there and is no backup; name another file"):
        backed_up(path, tmp_path / "empty")


def test_another_catalog_is_not_overwritten_and_named(path: Path, tmp_path: Path) -> None:
    made(tmp_path / "other.db", [picture(5)])
    uuid = dict(rows(tmp_path / "other.db", "SELECT * FROM about"))["uuid"]

    with pytest.raises(CatalogError, match=rf"belongs to another catalog \({uuid}\)"):
        backed_up(path, tmp_path / "other.db")


def test_a_real_catalog_is_not_copied_over_a_sandbox_s(path: Path, tmp_path: Path) -> None:
    with (
        closing(open_catalog(tmp_path / "real.db", "real")) as real,
        pytest.raises(CatalogModeError, match=r"is a sandbox catalog and real\.db is a real one"),
    ):
        back_up(real, path)


def test_a_copy_is_not_copied_over_the_catalog_it_is_from(path: Path, copy: Path) -> None:
    backed_up(path, copy)

    with pytest.raises(CatalogError, match="it is the catalog that this one was copied from"):
        backed_up(copy, path)


def test_a_copy_that_somebody_worked_in_is_not_overwritten(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    add(copy, 7)
    before = all_rows(copy)

    with pytest.raises(CatalogError, match="has what this catalog does not, #4 for one"):
        backed_up(path, copy)

    assert all_rows(copy) == before


def test_a_copy_of_a_newer_imagelab_is_left_alone(path: Path, copy: Path) -> None:
    backed_up(path, copy)
    alter(copy, "PRAGMA user_version = 99")

    with pytest.raises(CatalogVersionError, match="written by a newer imagelab"):
        backed_up(path, copy)


def test_a_disk_without_room_is_told_before_anything_is_copied(
    path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = os.statvfs(path)
    full = os.statvfs_result((*found[:3], 0, 0, *found[5:]))
    monkeypatch.setattr("os.statvfs", lambda _: full)

    with pytest.raises(CatalogError, match=r"has 0 B free, and the backup may need .* nothing was"):
        backed_up(path, copy)

    assert fingerprint(copy.parent) == {}


def test_two_do_not_make_the_same_backup_at_once(path: Path, copy: Path) -> None:
    copy.parent.mkdir()
    with beside(copy, "copying").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(CatalogBusyError, match="is being made by another process just now"):
            backed_up(path, copy)


class StoppedError(Exception):
    pass


def test_a_backup_that_is_stopped_goes_on_where_it_was(tmp_path: Path, copy: Path) -> None:
    made(tmp_path / "c.db", [picture(number, side=8) for number in range(300)])
    calls = iter(range(3))

    def stop_at_third() -> None:
        if next(calls) == 2:
            raise StoppedError("enough")

    with opened(tmp_path / "c.db") as catalog:
        with pytest.raises(StoppedError, match="enough"):
            back_up(catalog, copy, stop_at_third)
        assert not copy.exists()
        done = back_up(catalog, copy)

    assert (done.originals, done.copied) == (300, 100)
    assert all_rows(copy) == all_rows(tmp_path / "c.db")


def test_no_more_than_some_megabytes_are_read_at_once() -> None:
    wanted = [(f"{number}", 3_000_000) for number in range(7)]

    parts = list(backup_originals.parted([("huge", 90_000_000), *wanted]))

    assert parts == [["huge"], ["0", "1"], ["2", "3"], ["4", "5"], ["6"]]
