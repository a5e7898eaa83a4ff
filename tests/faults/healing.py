"""The same catalog on a disk that works again, held against what the vendors say they charged."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

import imagelab as il
from imagelab.domain.life import CALL_FINAL
from imagelab.errors import ImagelabError
from imagelab.sandbox.book import Book
from tests.faults.life import temporary

CALLS = "SELECT g.provider, c.state, c.sent_at FROM call c JOIN generation g ON g.id = c.generation"
LINES = (
    "SELECT g.provider, l.amount_nano, l.high_nano FROM ledger l "
    "JOIN generation g ON g.id = l.generation"
)
IMAGES = "SELECT a.provider, a.uuid, a.rating, b.sha256, b.data FROM asset a JOIN blob b ON b.id = a.blob"


@dataclass(frozen=True)
class Account:
    """One vendor's charges, and what the catalog has of them."""

    charged: tuple[int, ...]  # nano-dollars
    sent: int  # calls of which the catalog knows that they were sent
    open: int
    unknown: int
    amounts: tuple[int | None, ...]
    highs: tuple[int | None, ...]
    images: int

    def wrongs(self) -> Iterator[str]:
        """What must never be."""
        if len(self.charged) > 1:
            yield "paid twice"
        if len(self.charged) > self.sent:
            yield "a charge without an intent that was sent"
        if self.unknown > len(self.charged):  # no answer is lost here: it was never posted
            yield "unknown, though nothing was charged"
        if self.open:
            yield "a call that stays open"
        known = sum(amount or 0 for amount in self.amounts)
        most = known + sum(high or 0 for high in self.highs)
        if None not in self.amounts and known != sum(self.charged):
            yield f"the ledger says {known}, the vendor {sum(self.charged)}"
        if None in self.amounts and most < sum(self.charged):
            yield f"the ledger says at most {most}, the vendor {sum(self.charged)}"


@dataclass(frozen=True)
class Healed:
    """What is there once everything was taken up."""

    check: str
    accounts: dict[str, Account]
    images: frozenset[str]
    rated: frozenset[str]
    damaged: int


def heal(path: Path) -> Healed:
    """Open it, wait for what is taken up, and look; in a process of its own."""
    tempfile.tempdir = str(temporary(path))
    with redirect_stdout(io.StringIO()), il.open(path, sandbox=True) as lab:
        _wait(lab)
        with lab._engine.catalog.reading() as db:
            calls, lines = db.execute(CALLS).fetchall(), db.execute(LINES).fetchall()
            images = db.execute(IMAGES).fetchall()
        check = lab._engine.catalog.quick_check()
    return Healed(
        check,
        {name: _account(path, name, calls, lines, images) for name in ("openai", "runware")},
        images=frozenset(image["sha256"] for image in images),
        rated=frozenset(image["uuid"] for image in images if image["rating"] == 5),
        damaged=sum(hashlib.sha256(i["data"]).hexdigest() != i["sha256"] for i in images),
    )


def _wait(lab: il.Lab) -> None:
    with lab._engine.catalog.reading() as db:
        numbers = [row["id"] for row in db.execute("SELECT id FROM generation").fetchall()]
    for number in numbers:
        with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
            lab.generation(number).wait(timeout=20)
    lab._engine.looker.wait()


def _account(
    path: Path,
    name: str,
    calls: list[sqlite3.Row],
    lines: list[sqlite3.Row],
    images: list[sqlite3.Row],
) -> Account:
    mine = [call for call in calls if call["provider"] == name]
    ledger = [line for line in lines if line["provider"] == name]
    bill = Book(path.with_name("sandbox.book")).bill()
    return Account(
        charged=tuple(charge.nano for charge in bill if charge.provider == name),
        sent=sum(call["sent_at"] is not None for call in mine),
        open=sum(call["state"] not in CALL_FINAL for call in mine),
        unknown=sum(call["state"] == "unknown" for call in mine),
        amounts=tuple(line["amount_nano"] for line in ledger),
        highs=tuple(line["high_nano"] for line in ledger if line["amount_nano"] is None),
        images=sum(image["provider"] == name for image in images),
    )
