"""Races: many processes with one catalog, one of which opens the file plainly all the while."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import imagelab as il
from imagelab.catalog import curation, journal
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.life import Intent
from imagelab.domain.params import Params
from imagelab.domain.quote import Quote
from imagelab.domain.request import Call, Request
from imagelab.jobs.lease import this_lease
from tests.faults import stage, truth
from tests.faults.figures import Figures, Run, summed
from tests.faults.kills import OPENAI, RUNWARE, generate

PROCESSES = 8
TRANSACTIONS = 200  # each
GENERATE, EACH = 3, 4  # processes that generate at once, and how often each
OFFER = "openai/gpt-image-2"


@dataclass(frozen=True)
class Acknowledged:
    """What a process was told is durable."""

    intents: tuple[str, ...]
    notes: tuple[str, ...]
    rating: int | None
    reads: int  # plain ones, inside its own transactions


def run(runs: int | None, seed: int) -> Figures:
    """`runs` transactions in each of 8 processes, and the same number of them at one orphan."""
    began = time.monotonic()
    done = [_written(TRANSACTIONS if runs is None else runs, seed)]
    done += [_taken_up(OPENAI, "staged"), _taken_up(RUNWARE, "accepted"), _generated()]
    return summed("races", time.monotonic() - began, done)


def _written(transactions: int, seed: int) -> Run:
    """Rows of every sort from all sides, and what is there in the end."""
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        for kind in (OPENAI, RUNWARE) * (PROCESSES // 4):
            assert stage.fork(generate, path, kind).end().code == 0
        works = [
            partial(_writing, path, number, transactions, seed, rude=number == 0)
            for number in range(PROCESSES)
        ]
        ended = stage.together(works, seconds=600)
        broken = tuple(f"a process ended with {e.code}: {e.said}" for e in ended if e.code)
        if broken:
            return Run("rows", broken=broken)
        acknowledged = [end.told for end in ended]
        lost, order, check = stage.fork(_missing, path, acknowledged).end().told
    found = [f"lost {name}" for name in lost]
    found += [] if check == "ok" else [f"quick_check says {check}"]
    turns = sum(a != b for a, b in pairwise(order))
    found += [] if turns >= PROCESSES else ["the processes did not take turns"]
    counted = {
        "processes at once": PROCESSES,
        "transactions acknowledged": PROCESSES * transactions,
        "transactions lost": len(lost),
        "told the catalog is busy": sum("Busy" in end.said for end in ended),
        "turns between processes": turns,
        "plain reads inside a transaction": acknowledged[0].reads,
    }
    return Run("rows", counted, broken=tuple(found))


def _writing(path: Path, number: int, transactions: int, seed: int, *, rude: bool) -> Acknowledged:
    """One process's share of the mixture; the rude one reads the file plainly between and within."""
    dice = random.Random(f"{seed} {number}")
    catalog = open_catalog(path, "sandbox")
    over = threading.Event()
    reader = threading.Thread(target=_reading_plainly, args=(path, over))
    if rude:
        reader.start()
    intents: list[str] = []
    notes: list[str] = []
    rating, reads, seen = None, 0, 0
    for turn in range(transactions):
        seen = _never_fewer(catalog, seen) if turn % 10 == 0 else seen
        with catalog.writing() as db:
            sort = dice.choice(("intent", "rating", "note"))
            if sort == "intent":
                intent = _intent(f"{number} {turn}")
                journal.record_intent(db, intent)
            elif sort == "rating":
                stars = dice.randint(1, 5)
                curation.rate(db, [number + 1], stars)
            else:
                db.execute("INSERT INTO about VALUES (?, ?)", (f"{number}:{turn}", "x" * 2_000))
            if rude:
                path.read_bytes()
                reads += db.in_transaction
        if sort == "intent":
            intents.append(intent.uuid)
        elif sort == "rating":
            rating = stars
        else:
            notes.append(f"{number}:{turn}")
    over.set()
    if rude:
        reader.join()
    catalog.close()
    return Acknowledged(tuple(intents), tuple(notes), rating, reads)


def _never_fewer(catalog: Catalog, seen: int) -> int:
    with catalog.reading() as db:
        now = int(db.execute("SELECT count(*) FROM generation").fetchone()[0])
    assert now >= seen, f"{now} rows where there were {seen}"
    return now


def _reading_plainly(path: Path, over: threading.Event) -> None:
    while not over.is_set():
        with path.open("rb") as file:
            file.read()


def _missing(path: Path, acknowledged: Sequence[Acknowledged]) -> tuple[list[str], list[str], str]:
    """What was acknowledged and is not there, whose notes follow whose, and SQLite's opinion."""
    catalog = open_catalog(path, "sandbox")
    with catalog.reading() as db:
        intents = {row[0] for row in db.execute("SELECT uuid FROM generation").fetchall()}
        listed = "SELECT name FROM about WHERE name LIKE '%:%' ORDER BY rowid"
        notes = [row[0] for row in db.execute(listed).fetchall()]
        ratings = dict(db.execute("SELECT id, rating FROM asset").fetchall())
    check = catalog.quick_check()
    catalog.close()
    lost = [name for one in acknowledged for name in one.intents if name not in intents]
    lost += [name for one in acknowledged for name in one.notes if name not in set(notes)]
    lost += [
        f"the stars of #{number + 1}"
        for number, one in enumerate(acknowledged)
        if one.rating is not None and ratings[number + 1] != one.rating
    ]
    return lost, [name.partition(":")[0] for name in notes], check


def _intent(prompt: str) -> Intent:
    request = Request("openai", "gpt-image-2", "gpt-image-2", prompt, Params(quality="low"))
    calls = (Call(uuid7(), uuid4(), request, 1),)
    quote = Quote(OFFER, 1, None, None, None, "", lambda style: style)
    return Intent(uuid7(), request, calls, quote, this_lease())


def _taken_up(kind: str, left_at: str) -> Run:
    """All open the same catalog at once, in which one generation has been orphaned."""
    name = f"orphan of {kind.partition('/')[0]}"
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        assert stage.fork(generate, path, kind, kill_at=left_at).end().killed
        ended = stage.together([partial(truth.opened, path)] * PROCESSES)
        took = sum("taking up 1" in end.said for end in ended)
        broken = [f"a process ended with {end.code}: {end.said}" for end in ended if end.code]
        broken += [] if took == 1 else [f"{took} of {PROCESSES} took it up"]
        lab = stage.fork(truth.opened, path).end().told
        broken += truth.broken(lab, truth.bill(path))
        if lab.generations[0].images != 2:
            broken.append(f"{lab.generations[0].images} of its 2 images are there")
    return Run(name, {"took an orphan up": took}, broken=tuple(broken))


def _generated() -> Run:
    """Several generate into one catalog, and all of it is there and was paid for once."""
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        works = [partial(_generating, path, number, number == 0) for number in range(GENERATE)]
        ended = stage.together(works)
        broken = [f"a process ended with {end.code}: {end.said}" for end in ended if end.code]
        lab, charges = stage.fork(truth.opened, path).end().told, truth.bill(path)
        broken += truth.broken(lab, charges)
        broken += _short("generations", len(lab.generations))
        broken += _short("charges", len(charges))
        broken += _short("images", sum(told.images for told in lab.generations))
    return Run("generations", {"generated at once": len(charges)}, broken=tuple(broken))


def _generating(path: Path, number: int, rude: bool) -> None:  # noqa: FBT001 - one of them is
    over = threading.Event()
    reader = threading.Thread(target=_reading_plainly, args=(path, over))
    with il.open(path, sandbox=True) as lab:
        if rude:
            reader.start()
        started = [
            lab.submit(f"{number} {turn}", model=(OPENAI, RUNWARE)[turn % 2], quality="low")
            for turn in range(EACH)
        ]
        for generation in started:
            generation.wait(truth.WAITS_SECONDS)
        over.set()
        if rude:
            reader.join()


def _short(what: str, found: int) -> Iterator[str]:
    if found != GENERATE * EACH:
        yield f"{found} {what} of {GENERATE * EACH}"
