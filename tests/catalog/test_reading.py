from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.reading import open_to_read
from imagelab.errors import CatalogError, CatalogVersionError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_catalog(tmp_path / "c.db", "sandbox").close()
    return tmp_path / "c.db"


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)


def test_a_catalog_is_read_and_not_written(path: Path) -> None:
    before = path.read_bytes(), path.stat().st_mtime_ns

    with closing(open_to_read(path)) as reader, reader.reading() as db:
        count = db.execute("SELECT count(*) FROM asset").fetchone()[0]

    assert count == 0
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_reader_cannot_write(path: Path) -> None:
    reader = open_to_read(path)

    with (
        closing(reader),
        pytest.raises(CatalogError, match="cannot be read or written"),
        reader.reading() as db,
    ):
        db.execute("INSERT INTO about VALUES ('a', 'b')")


def test_a_reader_sees_what_was_written_since(path: Path) -> None:
    catalog = open_catalog(path, None)
    reader = open_to_read(path)
    with catalog.writing() as db:
        db.execute("INSERT INTO about VALUES ('a', 'b')")

    with reader.reading() as db:
        said = db.execute("SELECT value FROM about WHERE name = 'a'").fetchone()[0]

    reader.close()
    catalog.close()
    assert said == "b"


def test_where_there_is_no_catalog_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no catalog at"):
        open_to_read(tmp_path / "none.db")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"a text, and no database " * 100])
def test_a_file_that_is_something_else_is_no_catalog(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)

    with pytest.raises(CatalogError, match=r"'a\.db' is not an imagelab catalog"):
        open_to_read(tmp_path / "a.db")

    assert (tmp_path / "a.db").read_bytes() == content


def test_somebody_else_s_database_is_left_as_it_is(tmp_path: Path) -> None:
    changed(tmp_path / "a.db", "PRAGMA journal_mode=WAL", "CREATE TABLE theirs (a)")
    before = (tmp_path / "a.db").read_bytes()

    with pytest.raises(CatalogError, match="not an imagelab catalog"):
        open_to_read(tmp_path / "a.db")

    assert (tmp_path / "a.db").read_bytes() == before


@pytest.mark.parametrize(("version", "said"), [(1, "an older"), (999, "a newer")])
def test_a_schema_of_another_version_is_not_read(path: Path, version: int, said: str) -> None:
    changed(path, f"PRAGMA user_version={version}")

    with pytest.raises(CatalogVersionError, match=f"{said} imagelab"):
        open_to_read(path)


def test_a_catalog_that_is_gone_is_not_made_anew(path: Path) -> None:
    reader = open_to_read(path)
    path.unlink()

    with (
        closing(reader),
        pytest.raises(CatalogError, match="moved or replaced"),
        reader.reading(),
    ):
        pass

    assert not path.exists()


def test_a_catalog_that_was_replaced_is_noticed(path: Path, tmp_path: Path) -> None:
    reader = open_to_read(path)
    open_catalog(tmp_path / "other.db", "sandbox").close()
    (tmp_path / "other.db").rename(path)

    with (
        closing(reader),
        pytest.raises(CatalogError, match="moved or replaced"),
        reader.reading(),
    ):
        pass


def test_a_reader_that_was_closed_says_so(path: Path) -> None:
    reader = open_to_read(path)
    reader.close()

    with pytest.raises(CatalogError, match="was closed"), reader.reading():
        pass


def test_answering_views_loads_nothing_but_the_standard_library() -> None:
    script = (
        "import sys, imagelab.catalog.pages, imagelab.catalog.reading, imagelab.catalog.pointer\n"
        "ours = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(ours - set(sys.stdlib_module_names)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split()

    assert [name for name in loaded if not name.startswith("__")] == ["imagelab"]
