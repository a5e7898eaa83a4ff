from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.catalog import schema
from imagelab.catalog.catalog import Catalog, Mode, open_catalog
from imagelab.catalog.schema_parts import Runs
from imagelab.errors import CatalogError, CatalogModeError, CatalogVersionError

OPEN_IT = """
import sys
from pathlib import Path
from imagelab.catalog.catalog import open_catalog

print("ready", flush=True)
sys.stdin.readline()
catalog = open_catalog(Path(sys.argv[1]), "sandbox")
with catalog.writing() as db:
    db.execute("INSERT INTO about VALUES (?, 'here')", (sys.argv[2],))
catalog.close()
"""
# The last migration's first statement is done, and the process ends within its second.
KILLED_WHILE_MIGRATING = """
import os, signal, sys
from pathlib import Path
from imagelab.catalog import catalog, schema

def killed(db):
    db.execute("CREATE TABLE half (id INTEGER)")
    os.kill(os.getpid(), signal.SIGKILL)

schema.MIGRATIONS = (*schema.MIGRATIONS, killed)
schema.VERSION = len(schema.MIGRATIONS)
catalog.open_catalog(Path(sys.argv[1]), "sandbox")
"""


def made(path: Path, mode: Mode | None = "sandbox") -> Catalog:
    catalog = open_catalog(path, mode)
    catalog.close()
    return catalog


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"PRAGMA {name}").fetchone()[0]


def uuid(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return str(db.execute("SELECT value FROM about WHERE name = 'uuid'").fetchone()[0])


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master").fetchall()}


def test_a_new_catalog_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "catalog.db"

    catalog = made(path, "real")

    assert (catalog.mode, catalog.unclean, path.exists()) == ("real", False, True)


def test_a_catalog_opened_again_is_the_same_one(tmp_path: Path) -> None:
    made(tmp_path / "a.db")
    before = uuid(tmp_path / "a.db")

    catalog = made(tmp_path / "a.db", None)

    assert catalog.mode == "sandbox"
    assert uuid(tmp_path / "a.db") == before


def test_two_catalogs_have_different_names_everywhere(tmp_path: Path) -> None:
    made(tmp_path / "a.db")
    made(tmp_path / "b.db")

    assert uuid(tmp_path / "a.db") != uuid(tmp_path / "b.db")


@pytest.mark.parametrize(("mode", "other"), [("real", "sandbox"), ("sandbox", "real")])
def test_the_mode_is_for_life(tmp_path: Path, mode: Mode, other: Mode) -> None:
    made(tmp_path / "a.db", mode)

    with pytest.raises(CatalogModeError, match=f"is a {mode} catalog, and {other} was asked for"):
        open_catalog(tmp_path / "a.db", other)

    assert made(tmp_path / "a.db", None).mode == mode


def test_a_catalog_without_its_mode_is_not_guessed_at(tmp_path: Path) -> None:
    made(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as db:
        db.execute("DELETE FROM about WHERE name = 'mode'")

    with pytest.raises(CatalogError, match="is not an imagelab catalog"):
        open_catalog(tmp_path / "a.db", None)


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.execute(f"PRAGMA user_version={schema.VERSION + 1}")

    with pytest.raises(CatalogVersionError, match="written by a newer imagelab"):
        open_catalog(tmp_path / "a.db", None)

    assert pragma(tmp_path / "a.db", "user_version") == schema.VERSION + 1


def test_a_text_is_no_catalog_and_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("my notes " * 500)

    with pytest.raises(
        CatalogError, match=r"'notes\.txt' is not an imagelab catalog; nothing in it was changed"
    ):
        open_catalog(tmp_path / "notes.txt", None)

    assert (tmp_path / "notes.txt").read_text() == "my notes " * 500


def test_somebody_else_s_database_is_no_catalog_and_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")

    with pytest.raises(CatalogError, match=r"'other\.db' is not an imagelab catalog"):
        open_catalog(tmp_path / "other.db", None)

    assert tables(tmp_path / "other.db") == {"theirs"}


def test_a_folder_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="is a folder; a catalog is a file, such as"):
        open_catalog(tmp_path, None)


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")

    with pytest.raises(CatalogError, match=r"a\.db cannot be opened in .*notes'"):
        open_catalog(tmp_path / "notes" / "a.db", None)


def test_a_catalog_cut_short_is_damaged_and_says_what_to_do(tmp_path: Path) -> None:
    made(tmp_path / "a.db")
    whole = (tmp_path / "a.db").read_bytes()
    (tmp_path / "a.db").write_bytes(whole[: schema.PAGE_BYTES] + b"\xaa" * schema.PAGE_BYTES)

    with pytest.raises(CatalogError, match=r"a\.db is damaged; restore it from a backup"):
        open_catalog(tmp_path / "a.db", None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    with pytest.raises(CatalogError, match="Permission denied; it needs a folder"):
        open_catalog(tmp_path / "closed" / "a.db", None)


def test_only_its_owner_may_read_what_is_made(tmp_path: Path) -> None:
    made(tmp_path / "new" / "a.db")

    files = [*(tmp_path / "new").iterdir()]
    assert {file.name: file.stat().st_mode & 0o777 for file in files} == {
        "a.db": 0o600,
        "a.db.lock": 0o600,
        "a.db.gate": 0o600,
    }
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", 16_384),
        ("auto_vacuum", 2),  # incremental
        ("journal_mode", "delete"),
        ("application_id", schema.APPLICATION_ID),
        ("user_version", schema.VERSION),
    ],
)
def test_the_file_is_as_it_was_measured_to_be_best(
    tmp_path: Path, name: str, value: object
) -> None:
    made(tmp_path / "a.db")

    assert pragma(tmp_path / "a.db", name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("synchronous", 3),  # extra
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cache_spill", 0),
        ("query_only", 1),
        ("busy_timeout", 30_000),
    ],
)
def test_every_connection_keeps_the_rules(tmp_path: Path, name: str, value: int) -> None:
    catalog = open_catalog(tmp_path / "a.db", "sandbox")

    with catalog.reading() as db:
        found = db.execute(f"PRAGMA {name}").fetchone()[0]
    catalog.close()

    assert found == value


def test_a_sound_catalog_checks_as_ok(tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path / "a.db", "sandbox")

    found = catalog.quick_check()
    catalog.close()

    assert found == "ok"


@pytest.mark.fault
@pytest.mark.parametrize("old", [True, False])
def test_a_kill_amid_a_migration_leaves_the_old_schema(tmp_path: Path, *, old: bool) -> None:
    path = tmp_path / "a.db"
    if old:
        made(path)
    before = tables(path) if old else set()

    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_MIGRATING, path], check=False)

    assert killed.returncode == -signal.SIGKILL
    assert tables(path) == before
    assert pragma(path, "user_version") == (schema.VERSION if old else 0)
    assert made(path, None if old else "sandbox").mode == "sandbox"
    assert "half" not in tables(path)


def test_a_migration_that_fails_leaves_the_old_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "a.db")
    before = tables(tmp_path / "a.db")

    def failing(db: Runs) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, failing))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(CatalogError, match="No space left on device"):
        open_catalog(tmp_path / "a.db", None)

    assert tables(tmp_path / "a.db") == before


def test_a_later_migration_keeps_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "a.db")
    before = uuid(tmp_path / "a.db")

    def m999_more(db: Runs) -> None:
        db.execute("CREATE TABLE more (id INTEGER)")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m999_more))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    made(tmp_path / "a.db", None)

    assert uuid(tmp_path / "a.db") == before
    assert "more" in tables(tmp_path / "a.db")
    assert pragma(tmp_path / "a.db", "user_version") == schema.VERSION


@pytest.mark.fault
def test_processes_that_make_one_catalog_at_once_make_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.db"
    starting = [start(path, name) for name in ("one", "two", "three")]
    for process in starting:
        assert process.stdout is not None
        process.stdout.readline()

    told = [process.communicate("go\n", timeout=60) for process in starting]

    assert [process.returncode for process in starting] == [0, 0, 0], told
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name FROM about WHERE value = 'here' ORDER BY name").fetchall()
    assert rows == [("one",), ("three",), ("two",)]


def start(path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN_IT, path, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
