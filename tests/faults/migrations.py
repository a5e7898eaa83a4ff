"""Migrations: an upgrade killed at every statement, from every version, and two that race for it."""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlite_utils import Database, Migrations

import imagelab as il
from imagelab import killpoints
from imagelab.catalog import schema
from imagelab.catalog.catalog import open_catalog
from tests.faults import stage
from tests.faults.figures import Figures, Run, summed

POINT = "migrating"
STRIDE = 5
RACES = 3  # of two processes, from each version
HELD = {  # what an old catalog has in it, by the version that brought the tables
    1: "INSERT INTO blob VALUES (1, '"
    + hashlib.sha256(b"\x00\xff\x00").hexdigest()
    + "', 'png', 1, 1, 3, x'00ff00')",
    2: "INSERT INTO generation (id, uuid, status, provider, model, native, prompt, n, params, "
    "resolved, fingerprint, boot, pid, process_start, created_at) VALUES (1, 'g', 'succeeded', "
    "'openai', 'gpt-image-2', 'gpt-image-2', 'a fox', 1, '{}', '{}', 'f', 'b', 1, 1, 1)",
    3: "INSERT INTO asset (id, uuid, kind, blob, generation, format, width, height, size_bytes, "
    "created_at) VALUES (1, 'a', 'made', 1, 1, 'png', 1, 1, 3, 1)",
    6: "INSERT INTO about VALUES ('mode', 'sandbox')",
}


@dataclass(frozen=True)
class Looked:
    """A file as it is found: its version, its tables, and the rows that were in it before."""

    version: int
    tables: frozenset[str]
    held: tuple[int, ...]
    check: str


def run(runs: int | None, seed: int) -> Figures:
    """Upgrades from every version; where `runs` says any number, no statement is left out.

    Otherwise each statement of a migration is one that kills an upgrade from the version before
    it. From older versions the same statements follow in the same transaction, so of those only
    every fifth kills, and the last.
    """
    del seed  # there is no chance in it
    began = time.monotonic()
    versions = range(schema.VERSION)
    done = [
        ended.answer if ended.code == 0 else Run(f"from {version}", broken=(ended.said,))
        for work in (partial(killed_everywhere, stride=STRIDE if runs is None else 1), raced)
        for version, ended in stage.each(work, versions)
    ]
    return summed("migrations", time.monotonic() - began, done)


def killed_everywhere(version: int, stride: int) -> Run:
    """The upgrade from one version killed at each statement of its first migration, then at some."""
    broken: list[str] = []
    with stage.folder() as folder:
        model = folder / "model.db"
        old = _made(model, version)
        chosen = _chosen(folder, version, stride)
        for statement in chosen:
            path = folder / f"{statement}" / "sandbox.db"
            path.parent.mkdir()
            if version:
                shutil.copy(model, path)
            first = stage.fork(_upgraded, path, kill_at=f"{POINT}:{statement}").end()
            if not first.killed:
                broken.append(f"statement {statement}: ended with {first.code}: {first.said}")
                continue
            # Looked at aside, so that what opens it next meets what the kill has left.
            left = _looked(shutil.copytree(path.parent, folder / f"{statement} left") / path.name)
            second = stage.fork(_opened, path).end()
            broken += [second.said] if second.code else []
            broken += [f"statement {statement}: {said}" for said in _between(old, left, path)]
    counted = {"version pairs": 1, "killed in an upgrade": len(chosen)}
    return Run(f"from {version}", counted, broken=tuple(broken))


def _chosen(folder: Path, version: int, stride: int) -> list[int]:
    """The statements at which the upgrade is killed, counted from 1."""
    last = _statements(folder / "whole", version)
    later = _statements(folder / "later", version + 1) if version + 1 < schema.VERSION else 0
    first = last - later  # of this many the next migration consists
    return sorted({*range(1, first + 1), *range(first + 1, last, stride), last})


def _statements(folder: Path, version: int) -> int:
    """How often an upgrade that nobody kills comes by the point."""
    _made(folder / "sandbox.db", version)
    return int(stage.fork(_counted, folder / "sandbox.db").end().told)


def _counted(path: Path) -> int:
    passed: list[str] = []

    def reached(point: str) -> None:
        passed.append(point)

    killpoints.reach = reached
    _upgraded(path)
    return passed.count(POINT)


def raced(version: int) -> Run:
    """Two open at once: one makes the upgrade, the other finds it made."""
    broken: list[str] = []
    for _ in range(RACES):
        with stage.folder() as folder:
            path = folder / "sandbox.db"
            old = _made(path, version)
            ended = stage.together([partial(_migrating, path)] * 2)
            broken += [f"ended with {e.code}: {e.said}" for e in ended if e.code]
            if not broken and (made := sum(end.told for end in ended)) != 1:
                broken.append(f"{made} of 2 made the upgrade")
            broken += _between(old, _looked(path), path)
    return Run(f"two from {version}", {"races for an upgrade": RACES}, broken=tuple(broken))


def _made(path: Path, version: int) -> Looked:
    """A catalog as the first migrations leave it, with a generation and an asset as far as it can."""
    path.parent.mkdir(mode=0o700)
    if version == 0:  # there is no file yet
        return Looked(0, frozenset(), (), "ok")
    stage.fork(_make, path, version).end().told  # noqa: B018 - it raises where it failed
    return _looked(path)


def _make(path: Path, version: int) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA page_size={schema.PAGE_BYTES}")
    migrations = Migrations("imagelab")
    for migration in schema.MIGRATIONS[:version]:
        migrations()(migration)
    db.execute("BEGIN IMMEDIATE")
    migrations.apply(Database(db, execute_plugins=False))
    for brought, row in HELD.items():
        if brought <= version:
            db.execute(row)
    db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={version}")
    db.execute("COMMIT")
    db.close()


def _upgraded(path: Path) -> None:
    open_catalog(path, "sandbox").close()


def _opened(path: Path) -> None:
    il.open(path, sandbox=True).close()


def _migrating(path: Path) -> bool:
    """Whether it was this process that made the upgrade: it was struck as it passed the point."""
    struck: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _: struck.append(number))
    killpoints.arm(POINT, signal.SIGUSR1)
    _opened(path)
    return bool(struck)


def _looked(path: Path) -> Looked:
    """What is in the file; SQLite undoes what a killed process left half done."""
    db = sqlite3.connect(path)
    tables = frozenset(row[0] for row in db.execute("SELECT name FROM sqlite_master"))
    held = tuple(
        db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("blob", "generation", "asset")
        if table in tables
    )
    looked = Looked(
        db.execute("PRAGMA user_version").fetchone()[0],
        tables,
        held,
        db.execute("PRAGMA quick_check").fetchone()[0],
    )
    db.close()
    return looked


def _between(old: Looked, left: Looked, path: Path) -> Iterator[str]:
    new = _looked(path)
    if left not in (old, new):
        yield f"left neither the old nor the new: {left}"
    if new.version != schema.VERSION:
        yield f"opened at version {new.version}"
    if new.held[: len(old.held)] != old.held:
        yield f"{old.held} rows became {new.held}"
    if new.check != "ok":
        yield f"quick_check says {new.check}"
