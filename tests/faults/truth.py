"""What a lab says of everything in it, held against what the vendors know of it.

The vendors' own bill is the truth; `broken` names every promise that the two do not keep.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagelab as il
from imagelab.domain.records import FINAL
from imagelab.errors import ImagelabError
from imagelab.sandbox.book import Book

ASKABLE = ("runware", "apiframe", "oxen")  # vendors that a lost call can be asked of
WAITS_SECONDS = 60.0


@dataclass(frozen=True)
class Line:
    """A line of the ledger, in nano-dollars or nano-credits."""

    amount: int | None
    high: int | None
    note: str | None


@dataclass(frozen=True)
class Told:
    """A generation as its lab tells it."""

    id: int
    prompt: str
    provider: str
    status: str
    n: int
    quote_high: int | None
    calls: tuple[tuple[str, str, str, int, str], ...]  # key, state, charged, images, remote
    lines: tuple[Line, ...]
    images: int
    whole: bool

    @property
    def low(self) -> int:
        return sum(line.amount or 0 for line in self.lines)

    @property
    def width(self) -> int:
        return sum(line.high or 0 for line in self.lines if line.amount is None)

    @property
    def open_money(self) -> bool:
        return any(line.amount is None for line in self.lines)


@dataclass(frozen=True)
class Lab:
    """A whole lab: its generations and what else must not change by looking again."""

    generations: tuple[Told, ...]
    events: int
    staged: tuple[str, ...]
    check: str


@dataclass(frozen=True)
class Charge:
    """What a vendor charged for: its id for it, the prompt, the images, and how they came out."""

    id: str
    prompt: str
    provider: str
    nano: int
    images: int
    fate: str


def opened(path: Path) -> Lab:
    """Open a lab, wait until nothing is under way, and tell of it; in a child."""
    with il.open(path, sandbox=True) as lab:
        return told(path, lab)


def told(path: Path, lab: il.Lab) -> Lab:
    """What an open lab says once nothing is under way."""
    settle(lab)
    lab._engine.writer.do(lambda: None).result()  # what was handed in is done
    catalog = lab._engine.catalog
    with catalog.reading() as db:
        rows = db.execute("SELECT * FROM generation ORDER BY id").fetchall()
        generations = tuple(_generation(db, row) for row in rows)
        events = db.execute("SELECT count(*) FROM event").fetchone()[0]
    check = catalog.quick_check()
    staged = tuple(sorted(path.name for path in path.with_name("staging").glob("*")))
    return Lab(generations, events, staged, check)


def settle(lab: il.Lab) -> None:
    """Wait for every generation, whatever becomes of each."""
    with lab._engine.catalog.reading() as db:
        found = db.execute("SELECT id FROM generation ORDER BY id").fetchall()
    for row in found:
        with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
            lab.generation(row["id"]).wait(WAITS_SECONDS)


def bill(path: Path) -> list[Charge]:
    """What the vendors of a lab charged for."""
    return list(_charges(Book(path.with_name("sandbox.book"))))


def paid_twice(told: Told, charges: Sequence[Charge]) -> int:
    """How many charges of a generation are beyond its calls."""
    own = sum(charge.prompt == told.prompt for charge in charges)
    return max(own - len(told.calls), 0)


def broken(lab: Lab, charges: Sequence[Charge]) -> list[str]:
    """Every promise that does not hold between a lab at rest and the vendors' bill."""
    found = [] if lab.check == "ok" else [f"quick_check says {lab.check}"]
    if lab.staged and all(told.status in ("succeeded", "cancelled") for told in lab.generations):
        found.append(f"what nobody needs is left beside the catalog: {', '.join(lab.staged)}")
    prompts = {told.prompt for told in lab.generations}
    found += [f"charge {c.id} has no intent" for c in charges if c.prompt not in prompts]
    for told in lab.generations:
        own = [charge for charge in charges if charge.prompt == told.prompt]
        found += [f"g{told.id} of {told.provider} {sentence}" for sentence in _broken(told, own)]
    return found


def _broken(told: Told, charges: Sequence[Charge]) -> Iterator[str]:
    if told.status not in FINAL:
        yield f"stays {told.status}"
    if paid_twice(told, charges):
        yield f"was charged {len(charges)} times for {len(told.calls)} calls"
    if not told.whole:
        yield "has an image whose bytes are not those of its hash"
    yield from _money(told, sum(charge.nano for charge in charges))
    if told.provider in ASKABLE:
        yield from _lost(told, charges)


def _money(told: Told, charged: int) -> Iterator[str]:
    if any(line.amount is None and line.high is None for line in told.lines):
        yield "has an unknown line without an upper price"
    if not told.low <= charged <= told.low + told.width:
        yield (
            f"({told.status}) was charged {charged} and tells of {told.low} to "
            f"{told.low + told.width}"
        )
    if told.width > (told.quote_high or 0) + told.n:  # each share is rounded up
        yield f"may be {told.width} by its lines and {told.quote_high} by its quote"


def _lost(told: Told, charges: Sequence[Charge]) -> Iterator[str]:
    names = {name for key, *_, remote in told.calls for name in (key, *json.loads(remote))}
    if strange := [charge.id for charge in charges if charge.id not in names]:
        yield f"was charged under {strange}, which no call of it is named"
    readable = sum(charge.images for charge in charges if charge.fate != "not_an_image")
    if told.images != readable:
        yield f"was charged for {readable} images and has {told.images}"


def _generation(db: Any, row: Any) -> Told:
    number = row["id"]
    calls = db.execute(
        "SELECT key, state, charged, images, remote FROM call WHERE generation = ? ORDER BY position",
        (number,),
    ).fetchall()
    lines = db.execute(
        "SELECT amount_nano, high_nano, note FROM ledger WHERE generation = ? ORDER BY id",
        (number,),
    ).fetchall()
    images = db.execute(
        "SELECT b.sha256, b.data, s.url, o.name FROM asset a JOIN blob b ON b.id = a.blob "
        "LEFT JOIN offloaded o ON o.blob = b.id LEFT JOIN store s ON s.id = o.store "
        "WHERE a.generation = ?",
        (number,),
    ).fetchall()
    return Told(
        number,
        row["prompt"],
        row["provider"],
        row["status"],
        row["n"],
        row["quote_high"],
        tuple(tuple(call) for call in calls),
        tuple(Line(*line) for line in lines),
        len(images),
        all(hashlib.sha256(_bytes(image)).hexdigest() == image["sha256"] for image in images),
    )


def _bytes(image: Any) -> bytes:
    """Of an original in a folder what lies there."""
    if image["url"] is None:
        return bytes(image["data"])
    return Path(image["url"].removeprefix("file://"), image["name"]).read_bytes()


def _charges(book: Book) -> Iterator[Charge]:
    for line in book.bill():
        task = book.task(line.id)
        assert task is not None
        prompt = task.body.get("prompt") or task.body.get("positivePrompt") or ""
        yield Charge(line.id, prompt, line.provider, line.nano, line.images, task.fate)
