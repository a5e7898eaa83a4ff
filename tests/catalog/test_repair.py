from __future__ import annotations

import base64
import hashlib
import json
import random
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.catalog import backup, blobs, search, staging
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.checkup import check
from imagelab.catalog.reading import open_to_read
from imagelab.catalog.repair import Repairs, repair
from imagelab.catalog.spares import Spares
from imagelab.catalog.staging import StagedReply
from imagelab.domain.checkup import Checkup
from imagelab.domain.query import parse
from imagelab.errors import CatalogError
from tests.catalog.originals import alter, fingerprint, flip, made, opened, picture
from tests.catalog.searchable import generate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalog of three, with a backup of it."""
    path = tmp_path / "lab" / "c.db"
    made(path, [picture(number) for number in range(3)])
    with opened(path) as catalog:
        backup.back_up(catalog, tmp_path / "backup.db")
    return path


@pytest.fixture
def copy(path: Path) -> Path:
    return path.parent.parent / "backup.db"


def repaired(path: Path, source: Path | None = None, *, dry_run: bool = False) -> Repairs:
    with opened(path) as catalog:
        if source is None:
            return _repaired(catalog, Spares(None, catalog.staging), dry_run=dry_run)
        with closing(open_to_read(source)) as reader:
            return _repaired(catalog, Spares(reader, catalog.staging), dry_run=dry_run)


def _repaired(catalog: Catalog, spares: Spares, *, dry_run: bool) -> Repairs:
    return repair(catalog, check(catalog, deep=True), spares, dry_run=dry_run)


def checked(path: Path) -> Checkup:
    with opened(path) as catalog:
        return check(catalog, deep=True)


def read(path: Path, number: int) -> bytes:
    with opened(path) as catalog, catalog.reading() as db:
        return blobs.read(db, picture(number).sha256)


def quarantined(path: Path) -> list[Path]:
    return sorted(path.with_name("quarantine").glob("*"))


def test_where_all_is_well_there_is_nothing_to_repair(path: Path) -> None:
    assert repr(repaired(path, dry_run=True)) == "Repairs(c.db: nothing to repair)"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))
    before = fingerprint(path.parent)

    told = repr(repaired(path, copy, dry_run=True))

    assert fingerprint(path.parent) == before
    assert told.startswith("Repairs(c.db: 1 repair would be done\n  put the bytes of #2 (")
    assert "back from backup.db; what is there goes to quarantine/" in told
    assert "lab.repair(dry_run=False) does it" in told


def test_altered_bytes_are_put_right_from_a_backup(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))

    repaired(path, copy)

    assert checked(path).ok
    assert read(path, 1) == picture(1).data


def test_what_was_found_is_kept_under_its_own_hash(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))

    repaired(path, copy)

    [kept] = quarantined(path)
    assert kept.name == hashlib.sha256(kept.read_bytes()).hexdigest() != picture(1).sha256
    assert len(kept.read_bytes()) == len(picture(1).data)
    assert kept.stat().st_mode & 0o077 == 0


def test_altered_bytes_are_put_right_from_a_staged_reply(path: Path) -> None:
    coded = base64.b64encode(picture(1).data).decode().replace("/", "\\/")
    body = json.dumps({"data": [{"b64_json": "@"}]}).replace("@", coded).encode()
    staging.stage(path.with_name("staging"), "call", StagedReply(200, {}, body))
    flip(path, picture(1), random.Random(1))

    done = repaired(path)

    assert "back from the staged reply call" in done.steps[0]
    assert read(path, 1) == picture(1).data


def test_without_the_right_bytes_the_asset_is_marked_damaged_and_nothing_goes(path: Path) -> None:
    flip(path, picture(1), random.Random(1))

    done = repaired(path)

    [flaw] = checked(path).mismatched
    assert done.steps[0].startswith("mark #2 (")
    assert len(quarantined(path)) == 1
    with opened(path) as catalog, catalog.reading() as db:
        assert search.all_ids(db, parse("is:damaged is:imported")) == [2]
        assert db.execute("SELECT damaged FROM asset WHERE id = 2").fetchone()[0] == flaw.why


def test_what_is_marked_already_is_left_until_a_backup_has_it(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))
    repaired(path)

    again = repaired(path)
    repaired(path, copy)

    assert (again.steps, len(again.left)) == ((), 1)
    assert checked(path).ok
    with opened(path) as catalog, catalog.reading() as db:
        assert search.all_ids(db, parse("is:damaged is:imported")) == [2]  # until it is looked at


def test_bytes_that_are_gone_come_back_from_a_backup(path: Path, copy: Path) -> None:
    alter(path, "UPDATE blob SET data = x'', size_bytes = 0 WHERE id = 3")

    repaired(path, copy)

    assert checked(path).ok
    assert read(path, 2) == picture(2).data
    assert quarantined(path) == []


def test_a_row_that_is_gone_comes_back_from_a_backup(path: Path, copy: Path) -> None:
    alter(path, "DELETE FROM blob WHERE id = 2")

    repaired(path, copy)

    assert checked(path).ok
    assert read(path, 1) == picture(1).data


def test_a_mask_s_row_that_is_gone_comes_back_from_a_backup(path: Path, copy: Path) -> None:
    with opened(path) as catalog:
        with catalog.writing() as db:
            generation = generate(db, "failed")
            db.execute("UPDATE generation SET cost_nano = 0")
            mask = blobs.keep(db, picture(9))
            db.execute("INSERT INTO input VALUES (?, 0, 'mask', NULL, ?, NULL)", (generation, mask))
        backup.back_up(catalog, copy)
    alter(path, "DELETE FROM blob WHERE id = 4")

    repaired(path, copy)

    assert checked(path).ok
    assert read(path, 9) == picture(9).data


def test_a_row_that_is_gone_and_nowhere_to_be_had_is_left(path: Path) -> None:
    alter(path, "DELETE FROM blob WHERE id = 2")

    done = repaired(path)

    assert done.steps == ()
    assert done.left[0].endswith("source= may name a backup with it")


def test_an_altered_backup_is_not_believed(path: Path, copy: Path) -> None:
    flip(path, picture(1), random.Random(1))
    flip(copy, picture(1), random.Random(2))

    assert repaired(path, copy).steps[0].startswith("mark #2 (")


def test_an_orphaned_original_becomes_an_imported_asset(path: Path) -> None:
    alter(path, "DELETE FROM text_index_docsize WHERE id = 3", "DELETE FROM asset WHERE id = 3")

    done = repaired(path)

    assert done.steps[0].endswith("in as an imported asset: png of 24×24")
    assert checked(path).ok
    with opened(path) as catalog, catalog.reading() as db:
        found = db.execute("SELECT id, kind, width FROM asset WHERE id > 3").fetchall()
    assert [tuple(row) for row in found] == [(4, "imported", 24)]


def test_a_row_that_says_something_else_than_its_bytes_is_put_right(path: Path) -> None:
    alter(path, "UPDATE blob SET width = 7 WHERE id = 1")

    repaired(path)

    assert checked(path).ok
    assert quarantined(path) == []


def test_an_asset_that_no_search_found_is_found_again(path: Path) -> None:
    alter(path, "DELETE FROM text_index_docsize WHERE id = 2")

    done = repaired(path)

    assert done.steps == ("let 1 asset be found again by a search",)
    assert checked(path).ok


def test_money_is_told_and_never_changed(path: Path) -> None:
    with opened(path) as catalog, catalog.writing() as db:
        generate(db, "failed")
        db.execute("UPDATE generation SET cost_nano = 5")

    done = repaired(path)

    assert done.steps == ()
    assert done.left == ("g1 does not cost what its ledger lines add up to",)


def test_nothing_is_written_into_a_file_whose_structure_is_damaged(path: Path) -> None:
    alter(
        path,
        "INSERT INTO ledger (generation, call, position, at, unit) VALUES (9, 9, 0, 0, 'usd')",
    )

    with pytest.raises(
        CatalogError, match=r"the structure of c\.db is damaged .* nothing was chan"
    ):
        repaired(path)
