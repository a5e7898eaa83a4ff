"""What the vendors remember: tasks taken on, pictures named, money charged.

One small SQLite file, committed before any answer is given, shared by all processes that use
the same sandbox. Pictures are not kept: a task and its turn are enough to paint them again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from imagelab import clock
from imagelab.domain.frozen import frozen

_BUSY_SECONDS = 30
_SCHEMA = (
    """CREATE TABLE task (
        id TEXT PRIMARY KEY, provider TEXT NOT NULL, digest TEXT NOT NULL, turn INTEGER NOT NULL,
        at_us INTEGER NOT NULL, images INTEGER NOT NULL, each_nano INTEGER NOT NULL,
        fate TEXT NOT NULL, body TEXT NOT NULL, inputs TEXT NOT NULL)""",
    "CREATE TABLE asked (digest TEXT PRIMARY KEY, times INTEGER NOT NULL)",
    "CREATE TABLE image (uuid TEXT PRIMARY KEY, task TEXT NOT NULL, position INTEGER NOT NULL)",
    "CREATE TABLE input (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL)",
    """CREATE TABLE charge (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, provider TEXT NOT NULL,
        at_us INTEGER NOT NULL, nano INTEGER NOT NULL, images INTEGER NOT NULL,
        note TEXT NOT NULL)""",
    "PRAGMA user_version = 1",
)


@frozen
class Task:
    """A request a vendor took on; `turn` counts how often the very same was asked before."""

    id: str
    provider: str
    body: Mapping[str, Any] = field(repr=False)  # as asked, long inputs replaced by their hash
    images: int
    each_nano: int = 0  # the price of one picture, where the vendor tells it
    fate: str = ""  # the fault it meets later, kept so that it stays met
    digest: str = ""
    turn: int = 0
    at_us: int = 0
    inputs: tuple[str, ...] = ()  # SHA-256 of the resolved input pictures

    def seed(self, position: int) -> int:
        """The seed of one picture: what was asked, the turn, and the picture's position."""
        told = f"{self.digest}/{self.turn}/{position}"
        return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4])

    def image_uuid(self, position: int) -> str:
        """The name of one picture: a version 4 UUID that the task's id decides."""
        told = f"{self.id}/{position}"
        return str(uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=4))


@frozen
class Charge:
    """One line of the bill; `id` is a task, a job or a request; `nano` in 10⁻⁹ dollars or credits."""

    id: str
    provider: str
    at: datetime
    nano: int
    images: int
    note: str


class Book:
    """The file. Every method opens it, does one transaction and closes it again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def accept(
        self, task: Task, *, digest: str, nano: int, charged: int, inputs: Sequence[bytes] = ()
    ) -> Task | None:
        """Take a task on and charge for `charged` pictures; None if its id is known already.

        Answers the task with its turn, time and inputs filled in.
        """
        names = tuple(hashlib.sha256(data).hexdigest() for data in inputs)
        with self._transaction() as db:
            if db.execute("SELECT 1 FROM task WHERE id = ?", (task.id,)).fetchone():
                return None
            turn = _next_turn(db, digest)
            taken = replace(task, digest=digest, turn=turn, at_us=clock.now_us(), inputs=names)
            _write(db, taken)
            if charged:
                _charge(db, taken, nano, charged)
            db.executemany(
                "INSERT OR IGNORE INTO input VALUES (?, ?)", zip(names, inputs, strict=True)
            )
        return taken

    def accept_together(
        self,
        tasks: Sequence[Task],
        *,
        digest: str,
        nano: int,
        charged: int,
        inputs: Sequence[bytes] = (),
    ) -> list[Task]:
        """Take several on at once, all or none, and charge for them in the name of the first."""
        names = tuple(hashlib.sha256(data).hexdigest() for data in inputs)
        with self._transaction() as db:
            turn, now = _next_turn(db, digest), clock.now_us()
            taken = [
                replace(task, digest=digest, turn=turn, at_us=now, inputs=names) for task in tasks
            ]
            for task in taken:
                _write(db, task)
            if charged:
                _charge(db, taken[0], nano, charged)
            db.executemany(
                "INSERT OR IGNORE INTO input VALUES (?, ?)", zip(names, inputs, strict=True)
            )
        return taken

    def cancel(self, task: Task, charge: str, fate: str) -> None:
        """Mark a task as cancelled; with the fate `cancelled` its picture is taken off the bill."""
        with self._transaction() as db:
            db.execute("UPDATE task SET fate = ? WHERE id = ?", (fate, task.id))
            if fate == "cancelled":
                db.execute(
                    "UPDATE charge SET nano = nano - ?, images = images - 1 WHERE id = ?",
                    (task.each_nano, charge),
                )
                db.execute("DELETE FROM charge WHERE images = 0")

    def task(self, task_id: str) -> Task | None:
        """A task by its id, None if none was taken on under it."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM task WHERE id = ?", (task_id,)).fetchone()
        return _task(row) if row else None

    def tasks(self, provider: str) -> list[Task]:
        """Every task that a vendor took on, newest first."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT * FROM task WHERE provider = ? ORDER BY at_us DESC, rowid DESC", (provider,)
            ).fetchall()
        return [_task(row) for row in rows]

    def picture(self, image_uuid: str) -> tuple[Task, int] | None:
        """The task and position behind a picture's name."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT task.*, image.position AS position FROM image"
                " JOIN task ON task.id = image.task WHERE image.uuid = ?",
                (image_uuid,),
            ).fetchone()
        return (_task(row), row["position"]) if row else None

    def inputs(self, task: Task) -> tuple[bytes, ...]:
        """The input pictures of a task, in its order."""
        with self._transaction() as db:
            query = "SELECT bytes FROM input WHERE sha256 = ?"
            return tuple(db.execute(query, (name,)).fetchone()["bytes"] for name in task.inputs)

    def bill(self) -> list[Charge]:
        """Everything charged so far, oldest first."""
        with self._transaction() as db:
            rows = db.execute("SELECT * FROM charge ORDER BY number").fetchall()
        return [_line(row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)  # prompts stand in it
        db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("BEGIN IMMEDIATE")
            with db:
                _prepare(db)
                yield db
        finally:
            db.close()


def _prepare(db: sqlite3.Connection) -> None:
    if not db.execute("PRAGMA user_version").fetchone()[0]:
        for statement in _SCHEMA:
            db.execute(statement)


def _next_turn(db: sqlite3.Connection, digest: str) -> int:
    statement = (
        "INSERT INTO asked VALUES (?, 1)"
        " ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"
    )
    [row] = db.execute(statement, (digest,)).fetchall()
    return int(row["times"]) - 1


def _write(db: sqlite3.Connection, task: Task) -> None:
    asked = (task.id, task.provider, task.digest, task.turn, task.at_us)
    made = (task.images, task.each_nano, task.fate, json.dumps(task.body), json.dumps(task.inputs))
    db.execute("INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*asked, *made))
    names = [(task.image_uuid(position), task.id, position) for position in range(task.images)]
    db.executemany("INSERT INTO image VALUES (?, ?, ?)", names)


def _charge(db: sqlite3.Connection, task: Task, nano: int, images: int) -> None:
    note = task.body.get("model", "")
    db.execute(
        "INSERT INTO charge (id, provider, at_us, nano, images, note) VALUES (?, ?, ?, ?, ?, ?)",
        (task.id, task.provider, task.at_us, nano, images, note),
    )


def _task(row: sqlite3.Row) -> Task:
    return Task(
        id=row["id"],
        provider=row["provider"],
        body=json.loads(row["body"]),
        images=row["images"],
        each_nano=row["each_nano"],
        fate=row["fate"],
        digest=row["digest"],
        turn=row["turn"],
        at_us=row["at_us"],
        inputs=tuple(json.loads(row["inputs"])),
    )


def _line(row: sqlite3.Row) -> Charge:
    at = clock.from_us(row["at_us"])
    return Charge(row["id"], row["provider"], at, row["nano"], row["images"], row["note"])
