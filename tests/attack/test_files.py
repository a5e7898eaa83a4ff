"""Files: secrets stay here, what we write is for its owner alone, and a catalog may be a stranger's."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import CatalogError, ImagelabError
from imagelab.sandbox.book import Book

SECRET = "CANARY-4e1f-of-a-private-key"  # noqa: S105 - of nobody
UMASKS = pytest.mark.parametrize("umask", [0o022, 0o077, 0o000], ids=oct)


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What somebody might name by mistake, or be told to name."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    key = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}\n-----END OPENSSH PRIVATE KEY-----\n"
    (home / ".ssh/id_rsa").write_text(key)
    (home / ".env").write_text(f"OPENAI_API_KEY={SECRET}\n")
    (home / "fox.png").symlink_to(home / ".ssh/id_rsa")
    (home / "twice.png").symlink_to(home / "fox.png")
    (home / "loop.png").symlink_to(home / "loop.png")
    (home / "dressed.png").write_bytes(b"\x89PNG\r\n\x1a\n" + key.encode())
    (home / "dressed.jpg").write_bytes(b"\xff\xd8\xff\xe0" + key.encode())
    (home / "dressed.webp").write_bytes(b"RIFF\xff\0\0\0WEBPVP8 " + key.encode())
    (home / "key.db").write_bytes(b"SQLite format 3\0" + key.encode())
    os.mkfifo(home / "pipe.png")
    return {path.name: str(path) for path in home.rglob("*")} | {
        "a path from home": "~/.ssh/id_rsa",
        "/etc/passwd": "/etc/passwd",
        "/dev/zero": "/dev/zero",
        "/dev/stdin": "/dev/stdin",
        "/proc/self/environ": "/proc/self/environ",
        "a file: address": f"file://{home}/.ssh/id_rsa",
        "a data URI": "data:image/png;base64,Q0FOQVJZ",
    }


def test_no_secret_given_as_an_image_leaves_or_is_kept(
    lab: il.Lab, secrets: dict[str, str], catalog_path: Path, png: Callable[..., bytes]
) -> None:
    taken = []
    for name, source in secrets.items():
        if not _refused(lambda s=source: lab.generate("a hat", images=s)):  # type: ignore[misc] # bound now
            taken.append(name)
        if not _refused(lambda s=source: lab.generate("a hat", images=png(), mask=s)):  # type: ignore[misc] # bound now
            taken.append(f"{name} as a mask")
        if not _refused(lambda s=source: lab.add(s)):  # type: ignore[misc] # bound now
            taken.append(f"{name} added")
    lab.close()

    kept = b"".join(path.read_bytes() for path in catalog_path.parent.iterdir() if path.is_file())
    assert taken == []
    assert SECRET.encode() not in kept
    assert Book(catalog_path.with_name("sandbox.book")).bill() == []


def _refused(act: Callable[[], object]) -> bool:
    """Whether it is refused, without a word of what is in the file; a folder adds nothing."""
    try:
        done = act()
    except ImagelabError as error:
        return SECRET not in str(error)
    return isinstance(done, il.Assets) and len(done) == 0


@pytest.fixture
def masked(umask: int) -> Iterator[int]:
    before = os.umask(umask)
    yield umask
    os.umask(before)


@UMASKS
def test_what_a_lab_keeps_is_for_its_owner_alone(
    masked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del masked
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "html")
    with il.open(tmp_path / "kept" / "sandbox.db", sandbox=True) as lab:
        with pytest.raises(ImagelabError, match="may have been billed"):
            lab.generate("a fox", quality="low")  # its reply stays beside the catalog
        lab.generate("a fox", quality="low")
        lab.backup(tmp_path / "copies" / "b.db")
        with lab._engine.catalog.writing() as db:
            db.execute("UPDATE asset SET note = 'x'")
            amid = _open_to_others(tmp_path)
    left = _open_to_others(tmp_path)

    assert amid == left == []
    assert any((tmp_path / "kept" / "staging").iterdir())


@UMASKS
def test_what_is_exported_is_no_more_open_than_the_user_has_files_be(
    masked: int, tmp_path: Path
) -> None:
    with il.open(tmp_path / "kept" / "sandbox.db", sandbox=True) as lab:
        lab.generate("a fox", quality="low")
        for name in ("folder", "a.csv", "a.html", "a.db"):
            lab.export(tmp_path / "out" / name)
        lab.asset(1).save(tmp_path / "out" / "one.png")

    written = [*(tmp_path / "out").rglob("*")]
    assert len(written) > 8
    assert [p for p in written if _mode(p) & masked or (p.is_file() and _mode(p) & 0o111)] == []


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _open_to_others(folder: Path) -> list[str]:
    kept = [*(folder / "kept").rglob("*"), *folder.glob("copies/*"), folder / "kept"]
    return [path.name for path in kept if _mode(path) & 0o077]


HARM = {
    "a trigger on what is rated": "CREATE TRIGGER harm AFTER UPDATE ON asset BEGIN DELETE FROM ledger; END",
    "a trigger on what is kept": "CREATE TRIGGER harm AFTER INSERT ON blob BEGIN DELETE FROM blob; END",
    "a trigger on a view": "CREATE TRIGGER harm INSTEAD OF INSERT ON assets BEGIN DELETE FROM tag; END",
    "a table that is a view": (
        "ALTER TABLE tag RENAME TO gone; CREATE VIEW tag AS WITH RECURSIVE r(asset) AS "
        "(SELECT 1 UNION ALL SELECT asset + 1 FROM r) SELECT asset, 'x' AS name FROM r"
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_catalog_that_acts_on_its_own_is_not_opened(
    lab: il.Lab, catalog_path: Path, harm: str
) -> None:
    lab.generate("a fox", quality="low")
    lab.close()
    _alter(catalog_path, HARM[harm])
    before = catalog_path.read_bytes()

    with pytest.raises(CatalogError, match=r"has the trigger or view '(harm|tag)'"):
        il.open(catalog_path, sandbox=True)

    assert catalog_path.read_bytes() == before


SPOILT = {
    "a view that never ends": (
        "DROP VIEW assets; CREATE VIEW assets AS WITH RECURSIVE r(id) AS "
        "(SELECT 1 UNION ALL SELECT id + 1 FROM r) SELECT id FROM r"
    ),
    "a view that calls": "DROP VIEW spend; CREATE VIEW spend AS SELECT load_extension('x')",
    "cells of megabytes": "UPDATE asset SET prompt = hex(zeroblob(9000000)), note = hex(zeroblob(9000000))",
    "numbers that are none": "UPDATE asset SET rating = 5, width = -1, height = 1 << 60, created_at = 1 << 62",
    "texts that are no JSON": "UPDATE asset SET params = '{', reported = '[[[['",
    "bytes that are none": "UPDATE blob SET data = x'00', sha256 = 'none' || id",
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_catalog_of_a_stranger_is_looked_at_and_ends_nothing(
    lab: il.Lab, catalog_path: Path, spoilt: str
) -> None:
    lab.generate("a fox", quality="low")
    lab.generate("a hen", quality="low")
    lab.close()
    _alter(catalog_path, SPOILT[spoilt])

    with il.open(catalog_path, sandbox=True) as opened:
        looks: list[Callable[[], object]] = [
            lambda: repr(opened.search("fox").ids),
            lambda: opened.search()._repr_mimebundle_(),
            lambda: opened.gallery()._repr_mimebundle_(),
            lambda: opened.asset(1)._repr_mimebundle_(),
            lambda: opened.asset(1).read(),
            lambda: repr(opened.asset(1).lineage()),
            opened.to_pandas,
            opened.spend,
            lambda: opened.sql("SELECT * FROM assets", timeout=0.5),
            lambda: opened.sql("SELECT * FROM spend", timeout=0.5),
            lambda: opened.verify(deep=True),
        ]
        ended = [_ending(look) for look in looks]
        made = len(opened.generate("a koi", quality="low"))

    assert [end for end in ended if end not in {"", "told"}] == []
    assert made == 1


def _ending(look: Callable[[], object]) -> str:
    try:
        look()
    except ImagelabError:
        return "told"
    except Exception as error:  # noqa: BLE001 - that it is none of ours is the finding
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def _alter(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
