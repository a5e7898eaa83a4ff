"""Catalogs that somebody made to do harm, or that a bad disk did: what is good of them comes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.catalog import schema
from imagelab.errors import CatalogError, CatalogVersionError
from tests.catalog.merging import (
    edges,
    everything,
    generate,
    imported,
    is_whole,
    merged,
    rate,
    writing,
)
from tests.catalog.originals import alter, fingerprint

GONE = "PRAGMA foreign_keys=OFF"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs" / "c.db"
    with writing(path) as db:
        fox = generate(db, "a red fox", 2)[0]
        generate(db, "make it blue", 3, given=[fox])
    return path


BAD = {
    "UPDATE asset SET uuid = 'x'' OR 1' WHERE id = 1": "asset with a name that is no uuid",
    "UPDATE generation SET prompt = hex(zeroblob(600000))": "row that cannot be read",
    "UPDATE generation SET params = '[' WHERE id = 1": "generation with JSON that cannot be read",
    "UPDATE generation SET resolved = '{\"x\":1}' WHERE id = 1": "parameters that no request has",
    "UPDATE generation SET created_at = 1 << 62 WHERE id = 1": "a moment beyond every calendar",
    "UPDATE generation SET cost_nano = -5 WHERE id = 1": "generation with a cost that is none",
    "UPDATE generation SET status = 'paid' WHERE id = 1": "generation with a status that there is",
    "UPDATE call SET remote = '[5]' WHERE id = 1": "a vendor's ids that are none",
    "UPDATE ledger SET unit = 'gold' WHERE id = 1": "line of a ledger with a unit that there is",
    "UPDATE blob SET data = x'00112233' WHERE id = 1": "bytes are not those of its hash",
    "UPDATE blob SET sha256 = 'no hash' WHERE id = 1": "original whose hash is none",
    "UPDATE asset SET prompt = CAST(x'ff41' AS TEXT) WHERE id = 1": "row that cannot be read",
    "UPDATE asset SET blob = 77 WHERE id = 1": "asset with a value of the wrong type",
    "INSERT INTO tag VALUES (1, '')": "asset with a tag that is no word",
    "UPDATE asset SET params = '{\"a\":NaN}' WHERE id = 1": "asset with JSON that cannot be read",
}


@pytest.mark.parametrize("harm", BAD)
def test_what_is_not_good_is_left_out_and_told(ours: Path, theirs: Path, harm: str) -> None:
    alter(theirs, GONE, harm)

    done = merged(ours, theirs)

    assert any(BAD[harm] in why for why in done.left_out), done.left_out
    assert is_whole(ours)
    assert not merged(ours, theirs).changed


def test_a_cell_without_end_is_not_read(ours: Path, theirs: Path) -> None:
    alter(theirs, "UPDATE generation SET prompt = hex(zeroblob(20000000)) WHERE id = 1")

    done = merged(ours, theirs)

    assert done.left_out["row that cannot be read"] >= 1
    assert is_whole(ours)


def test_values_of_the_wrong_type_are_left_out(ours: Path, theirs: Path) -> None:
    with closing(sqlite3.connect(theirs, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'asset'")
    alter(theirs, "UPDATE asset SET rating = NULL, created_at = x'00', seed = 'five'")

    done = merged(ours, theirs)

    assert done.left_out["asset with a value of the wrong type or length"] == 2
    assert is_whole(ours)


def test_a_circle_is_cut_and_its_images_come(ours: Path, theirs: Path) -> None:
    alter(theirs, "INSERT INTO input VALUES (1, 0, 'input', 2, 2, NULL)")

    done = merged(ours, theirs)

    assert done.left_out == {"link that closes a circle": 2}
    assert done.assets == 2
    assert [edge[3] for edge in edges(ours)] == [None, None]
    assert is_whole(ours)


def test_no_trigger_of_theirs_fires(ours: Path, theirs: Path) -> None:
    alter(
        theirs,
        "CREATE TRIGGER harm AFTER INSERT ON asset BEGIN DELETE FROM asset; END",
        "CREATE TRIGGER harm2 AFTER UPDATE ON generation BEGIN DELETE FROM asset; END",
    )
    before = fingerprint(theirs.parent)

    assert merged(ours, theirs).assets == 2
    assert fingerprint(theirs.parent) == before


VIEWS = {
    "a view in the place of a table": (
        "ALTER TABLE saved_search RENAME TO kept",
        "CREATE VIEW saved_search AS SELECT * FROM kept",
    ),
    "a computed column": ("ALTER TABLE saved_search ADD COLUMN more TEXT AS (upper(query))",),
    "no table": ("DROP TABLE saved_search",),
    "a virtual table": (
        "DROP TABLE saved_search",
        "CREATE VIRTUAL TABLE saved_search USING fts5(name, query, created_at)",
    ),
}


@pytest.mark.parametrize("how", VIEWS)
def test_a_table_that_is_none_is_refused_before_anything_is_read(
    ours: Path, theirs: Path, how: str
) -> None:
    alter(theirs, *VIEWS[how])
    before = everything(ours)

    with pytest.raises(CatalogError, match="its 'saved_search' is not a catalog's"):
        merged(ours, theirs)

    assert everything(ours) == before


def test_a_newer_catalog_is_refused(ours: Path, theirs: Path) -> None:
    alter(theirs, f"PRAGMA user_version={schema.VERSION + 1}")

    with pytest.raises(CatalogVersionError, match="newer imagelab"):
        merged(ours, theirs)


def test_a_file_that_is_no_catalog_is_refused(ours: Path, tmp_path: Path) -> None:
    other = tmp_path / "note.txt"
    other.write_text("not a database, whatever it is called")

    with pytest.raises(CatalogError, match=r"note\.txt"):
        merged(ours, other)


def test_a_damaged_file_is_refused(ours: Path, theirs: Path) -> None:
    content = bytearray(theirs.read_bytes())
    content[16_384 * 2 : 16_384 * 12] = os.urandom(16_384 * 10)
    theirs.write_bytes(content)

    with pytest.raises(CatalogError, match="cannot be taken in"):
        merged(ours, theirs)


def test_a_file_left_in_the_middle_of_a_write_is_refused(ours: Path, theirs: Path) -> None:
    theirs.with_name("c.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")

    with pytest.raises(CatalogError, match="in the middle of a write"):
        merged(ours, theirs)


def test_a_folder_that_cannot_be_written_can_be_taken_in(ours: Path, theirs: Path) -> None:
    for file in theirs.parent.glob("c.db.*"):
        file.unlink()
    theirs.chmod(0o400)
    theirs.parent.chmod(0o500)
    try:
        assert merged(ours, theirs).assets == 2
    finally:
        theirs.parent.chmod(0o700)


def test_a_moment_to_come_does_not_win_for_ever(ours: Path, theirs: Path) -> None:
    merged(ours, theirs)
    with writing(theirs) as db:
        fox = db.execute("SELECT uuid FROM asset WHERE id = 1").fetchone()[0]
    rate(theirs, fox, 1, at=8_000_000_000)
    merged(ours, theirs)
    with writing(ours) as db:
        told = db.execute("SELECT max(at) FROM act").fetchone()[0]
        assert told < 8_000_000_000_000_000


def test_a_request_of_theirs_is_not_taken_for_one_of_ours(ours: Path, theirs: Path) -> None:
    with writing(ours) as db:
        mine = db.execute("SELECT fingerprint FROM generation").fetchone()[0]
    alter(theirs, f"UPDATE generation SET fingerprint = '{mine}'")

    merged(ours, theirs)

    with writing(ours) as db:
        told = "SELECT count(*) FROM generation WHERE fingerprint = ?"
        assert db.execute(told, (mine,)).fetchone()[0] == 1


MERGE = """
import sys
from pathlib import Path
from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.merge import merge

merge(open_catalog(Path(sys.argv[1]), None), Path(sys.argv[2]))
"""


@pytest.mark.fault
@pytest.mark.parametrize("point", ["merging", "merging:2", "merged", "merged:2"])
def test_a_merge_that_was_killed_is_finished_by_the_next(
    ours: Path, theirs: Path, point: str
) -> None:
    with writing(theirs) as db:
        imported(db, 9)  # in a transaction of its own, before what may be made from it
    env = {**os.environ, "IMAGELAB_KILL_AT": point}
    code = subprocess.run(
        [sys.executable, "-c", MERGE, str(ours), str(theirs)], env=env, check=False
    ).returncode

    assert code == -9
    assert is_whole(ours)
    merged(ours, theirs)
    for mine, other in zip(everything(ours), everything(theirs), strict=True):
        assert set(other) <= set(mine)
    assert is_whole(ours)
