from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import schema
from imagelab.catalog.reading import open_to_read
from imagelab.errors import CatalogError, CatalogVersionError
from imagelab.sandbox.book import Book

REFUSED = (
    "is open for looking only, since its (file|folder) is read-only: nothing in it was changed"
)


@pytest.fixture
def folder(catalog_path: Path) -> Iterator[Path]:
    """A catalog of one image, in a folder that is not written any more."""
    with il.open(catalog_path, sandbox=True) as lab:
        lab.generate("a red fox", quality="low")
    yield catalog_path.parent
    catalog_path.parent.chmod(0o700)


@pytest.fixture(params=["file", "folder"])
def looking(folder: Path, request: pytest.FixtureRequest) -> Iterator[il.Lab]:
    (folder if request.param == "folder" else folder / "sandbox.db").chmod(0o500)
    with il.open(folder / "sandbox.db") as lab:
        yield lab


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_what_cannot_be_written_can_be_looked_at(looking: il.Lab, tmp_path: Path) -> None:
    (fox,) = looking.search("fox")

    assert fox.image.size == (1024, 1024)
    assert list(looking.to_pandas("fox")["prompt"]) == ["a red fox"]
    assert looking.sql("SELECT count(*) FROM assets").iat[0, 0] == 1
    assert looking.verify(deep=True).ok
    looking.export(tmp_path / "out", "fox")
    assert list((tmp_path / "out").rglob("*.png"))


def test_its_first_line_says_that_it_is_only_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.chmod(0o500)

    il.open(folder / "sandbox.db").close()

    said = capsys.readouterr().out.splitlines()[-1]
    assert said.endswith("1 asset; for looking only, since its folder is read-only")


def test_nothing_is_paid_for_where_nothing_can_be_written(looking: il.Lab) -> None:
    book = looking._engine.catalog.path.with_name("sandbox.book")

    with pytest.raises(CatalogError, match=f"{REFUSED}.* Nothing was sent, so nothing was billed"):
        looking.generate("a blue fox", quality="low")

    assert len(Book(book).bill()) == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda lab: lab.asset(1).rate(5),
        lambda lab: lab.search("fox").tag("red"),
        lambda lab: lab.budget(total=5),
        lambda lab: lab.searches.save("foxes", "fox"),
        lambda lab: lab.undo(),
    ],
    ids=["rate", "tag", "budget", "search", "undo"],
)
def test_every_other_write_is_refused_in_the_same_words(
    looking: il.Lab, write: Callable[[il.Lab], object]
) -> None:
    with pytest.raises(CatalogError, match=REFUSED):
        write(looking)


def test_looking_changes_no_byte_and_leaves_no_file(folder: Path) -> None:
    for name in ("sandbox.db.lock", "sandbox.db.gate"):
        (folder / name).unlink()
    before = state(folder)
    folder.chmod(0o500)

    with il.open(folder / "sandbox.db") as lab:
        assert len(lab.search("fox")) == 1
        assert lab.asset(1).thumbnail
    assert state(folder) == before


def test_a_reader_shares_the_locks_of_a_catalog_it_cannot_write(folder: Path) -> None:
    folder.chmod(0o500)

    with il.open(folder / "sandbox.db") as lab, lab._engine.catalog.reading():
        assert lab._engine.catalog._connections.locks._mine.held == "shared"


def test_what_was_left_in_mid_write_is_not_looked_at(folder: Path) -> None:
    (folder / "sandbox.db-journal").write_bytes(b"\xd9\xd5\x05\xf9 and so on")
    folder.chmod(0o500)

    for opened in (il.open, open_to_read):
        with pytest.raises(CatalogError, match="was left in mid-write, and its folder is read"):
            opened(folder / "sandbox.db")


def test_an_older_catalog_that_cannot_be_brought_up_to_date_says_so(folder: Path) -> None:
    with sqlite3.connect(folder / "sandbox.db") as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION - 1}")
    db.close()
    folder.chmod(0o500)

    with pytest.raises(CatalogVersionError, match=r"its folder is read-only\. Copy it"):
        il.open(folder / "sandbox.db")


def test_views_and_backups_of_it_work(looking: il.Lab, tmp_path: Path) -> None:
    assert looking.gallery("fox").query == "fox"
    looking.backup(tmp_path / "copy.db")

    with il.open(tmp_path / "copy.db") as copy:
        copy.asset(1).rate(5)
        assert copy.asset(1).rating == 5
