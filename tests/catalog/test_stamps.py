from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagelab.catalog import stamps
from imagelab.catalog.catalog import Catalog
from imagelab.catalog.stamps import settled_stamp, stamp
from imagelab.errors import CatalogError
from tests.finished import new_catalog

OLD_NS = 1_700_000_000_000_000_000


def told(catalog: Catalog, value: str) -> None:
    with catalog.writing() as db:
        db.execute("INSERT OR REPLACE INTO about VALUES ('told', ?)", (value,))


def test_a_stamp_stays_while_nothing_is_committed(tmp_path: Path) -> None:
    catalog = new_catalog(tmp_path / "c.db")
    before = stamp(catalog.path)

    with catalog.reading() as db:
        db.execute("SELECT * FROM about").fetchall()

    assert stamp(catalog.path) == before
    catalog.close()


def test_every_commit_changes_the_stamp_however_fast_they_follow(tmp_path: Path) -> None:
    catalog = new_catalog(tmp_path / "c.db")

    seen = []
    for number in range(20):
        told(catalog, str(number))
        seen.append(stamp(catalog.path))

    assert len(set(seen)) == 20
    catalog.close()


def test_a_fresh_commit_has_no_settled_stamp_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_TICK_NANOSECONDS", 10**13)
    (tmp_path / "old.db").touch()
    (tmp_path / "new.db").touch()

    os.utime(tmp_path / "old.db", ns=(OLD_NS, OLD_NS))

    assert settled_stamp(tmp_path / "new.db") is None
    assert settled_stamp(tmp_path / "old.db") == stamp(tmp_path / "old.db")


def test_a_catalog_that_is_written_without_a_pause_has_a_passing_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_TRIES", 0)
    (tmp_path / "c.db").touch()

    passing = stamp(tmp_path / "c.db")

    assert passing.endswith("~")


def test_a_file_from_the_future_has_a_stamp(tmp_path: Path) -> None:
    file = tmp_path / "c.db"
    file.write_bytes(b"x")
    os.utime(file, ns=(OLD_NS * 2, OLD_NS * 2))

    assert settled_stamp(file)


def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"c\.db is not there any more"):
        stamp(tmp_path / "c.db")
