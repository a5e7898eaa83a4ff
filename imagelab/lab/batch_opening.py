"""What is decided about a batch in one transaction: new, gone on with, joined, or here already."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from imagelab.catalog import batch_standing, batches, budget
from imagelab.catalog.batches import Batch
from imagelab.domain.batch import Entry, Standing, batch_fingerprint
from imagelab.domain.ids import uuid7
from imagelab.domain.money import Spend
from imagelab.domain.quote import Quote, whole
from imagelab.domain.text import counted
from imagelab.errors import RequestError
from imagelab.jobs.account import Account
from imagelab.jobs.batches import Feeder
from imagelab.jobs.owner import abandoned, carry, put_down, this_process
from imagelab.jobs.reservations import left_behind
from imagelab.lab.asking import Asked
from imagelab.lab.batch_rows import Table
from imagelab.lab.making import notebook

Accounts = dict[str, Account | RequestError]


@dataclass(frozen=True)
class Wanted:
    """A batch as it is wanted; `again` hands back what is here, `fresh` looks for nothing."""

    table: Table
    asked: tuple[Asked, ...]
    again: bool
    fresh: bool

    @property
    def has_addresses(self) -> bool:
        """Whether some picture has to be read at an address."""
        return any(image.url for asked in self.asked for image in asked.request.inputs)

    @cached_property
    def fingerprint(self) -> str:
        """The hash under which an equal batch is found."""
        return batch_fingerprint([asked.request.fingerprint() for asked in self.asked])

    @cached_property
    def quote(self) -> Quote:
        """The price of all rows."""
        return whole([asked.quote for asked in self.asked])

    @cached_property
    def entries(self) -> list[Entry]:
        """The rows as they are kept; where earlier ones are taken, equal rows are sent once."""
        first: dict[str, int] = {}
        made: list[Entry] = []
        for place, (name, asked) in enumerate(zip(self.table.names, self.asked, strict=True)):
            fingerprint = asked.request.fingerprint()
            at = first.setdefault(fingerprint, place)
            same = at if self.again and at != place else None
            made.append(Entry(str(name), fingerprint, asked.quote, same))
        return made


@dataclass(frozen=True)
class Left:
    """A batch whose sender died while others wait for it.

    `unsent` are its generations that were kept and never sent: they end as cancelled.
    """

    number: int
    unsent: frozenset[int]


@dataclass
class Carried:
    """The batch this process took into its hands, so that it can be put down if that fails."""

    hold: str = ""

    def take(self, batch: Batch) -> None:
        """Take it; it was nobody's."""
        carry(batch.hold)
        self.hold = batch.hold

    def put_down(self) -> None:
        """Let go of it."""
        if self.hold:
            put_down(self.hold)


@dataclass(frozen=True)
class Opened:
    """What was decided: `send` are the rows to be sent, `reused` those that are here from before.

    `standing` is how far it is before anything of it is sent; `earlier` an equal one that was
    passed by, with what it cost.
    """

    batch: Batch
    how: Literal["new", "taken", "joined"]
    standing: Standing
    send: tuple[int, ...] = ()
    reused: tuple[int, ...] = ()
    earlier: tuple[int, Spend] | None = None
    feeder: Feeder | None = field(default=None, compare=False)


def decided(
    db: sqlite3.Connection,
    wanted: Wanted,
    left: Left | None,
    carried: Carried,
    accounts: Accounts,
) -> Opened:
    """Find an equal batch or record a new one, and reserve what is to be sent.

    `left` is the one to go on with, whatever else there is. BudgetError and MissingKeyError leave
    everything as it was.
    """
    found = _found(db, wanted, left)
    finished = found is not None and not batches.unfinished(db, found)
    if found is None or (finished and not wanted.again and left is None):
        earlier = (found.id, batch_standing.standing(db, found.id).spent) if found else None
        return _recorded(db, wanted, carried, accounts, earlier)
    if found.status == "open" and not abandoned(found.owner, found.hold):
        return Opened(found, "joined", batch_standing.standing(db, found.id))
    return _taken(db, wanted, found, carried, accounts, left)


def lines(opened: Opened, wanted: Wanted) -> list[str]:
    """What is said before anything is sent: how much is here, and what the rest will cost."""
    name, standing = f"b{opened.batch.id}", opened.standing
    rows = counted(standing.rows, "row")
    if opened.how == "joined":
        here = f"{standing.here:,} of {rows} here"
        return [f"batch {name} is under way already, {here}; joining it, nothing is sent twice"]
    said = []
    if opened.earlier is not None:
        number, spent = opened.earlier
        said = [
            f"an equal batch is here already: b{number}, {spent}; reuse=True would return it, free"
        ]
    price = whole([wanted.asked[place].quote for place in opened.send]).about if opened.send else ""
    if len(opened.send) == standing.rows:
        return [*said, f"batch {name}: {counted(standing.rows, 'generation')}, {price}…"]
    facts = [f"{standing.here:,} of {rows} are here already"]
    facts += [f"{standing.running:,} under way"] if standing.running else []
    facts += [f"{standing.unknown:,} unknown and not sent again"] if standing.unknown else []
    rest = f"sending {len(opened.send):,}, {price}…" if opened.send else "nothing is sent"
    return [*said, f"batch {name}: {', '.join(facts)}; {rest}"]


def _found(db: sqlite3.Connection, wanted: Wanted, left: Left | None) -> Batch | None:
    if left is not None:
        return batches.one(db, left.number)
    return None if wanted.fresh else batches.newest(db, wanted.fingerprint)


def _recorded(
    db: sqlite3.Connection,
    wanted: Wanted,
    carried: Carried,
    accounts: Accounts,
    earlier: tuple[int, Spend] | None,
) -> Opened:
    batch = Batch(0, uuid7(), "open", this_process())
    carried.take(batch)
    number = batches.record(db, batch, wanted.fingerprint, wanted.entries, notebook())
    opened = _reserved(db, wanted, replace(batch, id=number), accounts)
    return replace(opened, how="new", earlier=earlier)


def _taken(
    db: sqlite3.Connection,
    wanted: Wanted,
    found: Batch,
    carried: Carried,
    accounts: Accounts,
    left: Left | None,
) -> Opened:
    mine = replace(found, owner=this_process(), status="open", term=found.term + 1)
    carried.take(mine)
    batches.take(db, mine, left.unsent if left else None)
    return _reserved(db, wanted, mine, accounts)


def _reserved(db: sqlite3.Connection, wanted: Wanted, batch: Batch, accounts: Accounts) -> Opened:
    """Reserve what is unsent as a whole; the budget is asked once for what adds up."""
    reused = batches.reuse(db, batch.id) if wanted.again else []
    send = batches.unsent(db, batch.id)
    for place in send:
        account = accounts[wanted.asked[place].offer.provider]
        if isinstance(account, RequestError):
            raise account
    for places in _by_unit(wanted, send):
        quote = whole([wanted.asked[place].quote for place in places])
        unpriced = (wanted.asked[p].quote for p in places if wanted.asked[p].quote.high is None)
        offer = next(unpriced, wanted.asked[places[0]].quote).offer
        budget.check(db, quote.high, offer, left_behind(db))
        batches.reserve(db, batch.id, places)
    standing = batch_standing.standing(db, batch.id)
    return Opened(batch, "taken", standing, tuple(send), tuple(reused))


def _by_unit(wanted: Wanted, places: list[int]) -> list[list[int]]:
    """Dollars add up, and so do the credits of one provider."""
    groups: dict[str, list[int]] = {}
    for place in places:
        asked = wanted.asked[place]
        high = asked.quote.high
        unit = high.unit if high else "none"
        groups.setdefault(asked.offer.provider if unit == "credits" else unit, []).append(place)
    return list(groups.values())
