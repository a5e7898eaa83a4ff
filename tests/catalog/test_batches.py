from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from imagelab import clock
from imagelab.catalog import batch_standing, batches, budget, schema
from imagelab.catalog.batches import Batch, NotWaitingError
from imagelab.domain.batch import Entry
from imagelab.domain.life import Owner
from imagelab.domain.money import Cost, Spend
from imagelab.domain.quote import Quote
from imagelab.errors import BudgetError

MINE, OTHER = Owner("boot", 1, 1), Owner("boot", 2, 2)
TENTH = Cost(Decimal("0.1"), source="estimated")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for migration in schema.MIGRATIONS:
        migration(connection)
    yield connection
    connection.close()


def entry(name: str, high: Cost | None = TENTH, same_as: int | None = None) -> Entry:
    quote = Quote("p/m", 1, TENTH, TENTH, high, "a list", lambda _: "")
    return Entry(name, f"print of {name}", quote, same_as)


def recorded(db: sqlite3.Connection, *entries: Entry, reserve: bool = True) -> int:
    batch = Batch(0, f"uuid {clock.now_us()}", "open", MINE)
    number = batches.record(db, batch, "whole", entries, None)
    if reserve:
        batches.reserve(db, number, batches.unsent(db, number))
    return number


def kept(db: sqlite3.Connection, number: int) -> Batch:
    return batches.one(db, number)


def taken(db: sqlite3.Connection, number: int) -> Batch:
    found = kept(db, number)
    return replace(found, owner=OTHER, status="open", term=found.term + 1)


def generation(
    db: sqlite3.Connection, status: str, cost: int | None = None, fingerprint: str = "f"
) -> int:
    number = db.execute("SELECT count(*) + 1 FROM generation").fetchone()[0]
    db.execute(
        "INSERT INTO generation (id, uuid, status, provider, model, native, prompt, n, params, "
        "resolved, fingerprint, quote_high, cost_nano, cost_unit, cost_source, boot, pid, "
        "process_start, created_at) VALUES (?, ?, ?, 'p', 'm', 'm', 'a', 1, '{}', '{}', ?, 1, ?, "
        "'usd', 'reported', '', 1, 1, 1)",
        (number, str(number), status, fingerprint, cost),
    )
    return int(number)


def test_rows_count_in_the_budget_from_when_they_are_reserved(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"), entry("b"), reserve=False)
    before = budget.read(db)

    batches.reserve(db, number, [0, 1])

    after = budget.read(db)
    assert (before.spent, before.spent_today) == (Decimal(), Decimal())
    assert (after.spent, after.spent_today) == (Decimal("0.2"), Decimal("0.2"))


def test_a_row_passes_its_reservation_to_its_generation(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"), entry("b"))

    batches.begin(db, kept(db, number), 0, generation(db, "queued"))

    assert budget.read(db).spent == Decimal("0.1")  # the generation has no call to count here
    assert batch_standing.generation_at(db, number, 0) == 1
    assert batch_standing.generation_at(db, number, 1) is None


def test_a_batch_whose_process_is_gone_reserves_nothing(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"))

    left = budget.read(db, left=[number])

    assert (budget.read(db).spent, left.spent) == (Decimal("0.1"), Decimal())


def test_reserved_rows_hold_a_limit_against_others(db: sqlite3.Connection) -> None:
    budget.limit(db, "per_day", Decimal("0.25"))
    recorded(db, entry("a"), entry("b"))

    with pytest.raises(BudgetError, match=r"up to \$0\.10, and \$0\.05 of today's \$0\.25 is left"):
        budget.check(db, TENTH, "p/m")


def test_a_row_without_an_upper_price_leaves_the_budget_open_ended(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a", high=None))

    assert budget.read(db).open_ended == 1
    assert budget.read(db, left=[number]).open_ended == 0


def test_equal_rows_that_share_a_generation_are_reserved_and_sent_once(
    db: sqlite3.Connection,
) -> None:
    number = recorded(db, entry("a"), entry("a", same_as=0))
    spent = budget.read(db).spent

    batches.begin(db, kept(db, number), 0, generation(db, "queued"))

    assert spent == Decimal("0.1")
    assert [row.generation for row in batch_standing.rows_of(db, number, 0, 9)] == [1, 1]


def test_cancelling_drops_what_waits_and_nothing_of_it_can_begin(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"), entry("b"), entry("c"))
    batches.begin(db, kept(db, number), 0, generation(db, "queued"))

    dropped = batches.cancel(db, number)

    assert dropped == 2
    with pytest.raises(NotWaitingError, match="row 1 of b1 is not waiting for us"):
        batches.begin(db, kept(db, number), 1, generation(db, "queued"))


@pytest.mark.parametrize("change", [{"owner": OTHER}, {"term": 2}], ids=["owner", "term"])
def test_who_does_not_own_it_now_can_begin_nothing(
    db: sqlite3.Connection, change: dict[str, Any]
) -> None:
    number = recorded(db, entry("a"))
    stranger = replace(kept(db, number), **change)

    with pytest.raises(NotWaitingError, match="row 0 of b1 is not waiting for us"):
        batches.begin(db, stranger, 0, generation(db, "queued"))


def test_taking_it_up_leaves_what_is_here_under_way_or_unknown(db: sqlite3.Connection) -> None:
    statuses = ["succeeded", "running", "unknown", "partial", "failed", "cancelled"]
    number = recorded(db, *map(entry, [*statuses, "waiting"]))
    for place, status in enumerate(statuses):
        batches.begin(db, kept(db, number), place, generation(db, status))

    batches.take(db, taken(db, number))

    assert batches.unsent(db, number) == [4, 5, 6]
    assert batches.one(db, number).owner == OTHER


def test_taking_it_up_for_those_who_wait_sends_no_failure_anew_but_those_named(
    db: sqlite3.Connection,
) -> None:
    number = recorded(db, entry("a"), entry("b"))
    batches.begin(db, kept(db, number), 0, generation(db, "failed"))
    batches.begin(db, kept(db, number), 1, generation(db, "cancelled"))

    batches.take(db, taken(db, number), only=[2])

    assert batches.unsent(db, number) == [1]


def test_what_a_failed_row_cost_stays_in_the_sum_when_it_is_sent_anew(
    db: sqlite3.Connection,
) -> None:
    number = recorded(db, entry("a"))
    batches.begin(db, kept(db, number), 0, generation(db, "failed", cost=5 * 10**7))
    batches.take(db, taken(db, number))
    batches.reserve(db, number, [0])

    batches.begin(db, kept(db, number), 0, generation(db, "succeeded", cost=10**8))

    standing = batch_standing.standing(db, number)
    assert (standing.succeeded, standing.failed) == (1, 0)
    assert standing.spent == Spend(usd=Decimal("0.15"))


def test_reuse_gives_a_row_the_latest_equal_generation_that_counts(db: sqlite3.Connection) -> None:
    for status in ("succeeded", "unknown", "failed"):
        generation(db, status, fingerprint="print of a")
    number = recorded(db, entry("a"), entry("b"), reserve=False)

    assert batches.reuse(db, number) == [0]

    assert batch_standing.generation_at(db, number, 0) == 2
    assert batches.unsent(db, number) == [1]


def test_it_is_unfinished_until_every_row_is_settled(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"))
    batches.begin(db, kept(db, number), 0, generation(db, "running"))
    batches.end(db, kept(db, number))
    ended = batches.one(db, number)
    before = batches.unfinished(db, ended)

    db.execute("UPDATE generation SET status = 'succeeded'")

    assert (ended.status, before) == ("ended", True)
    assert not batches.unfinished(db, ended)


def test_the_newest_of_equal_batches_is_found(db: sqlite3.Connection) -> None:
    recorded(db, entry("a"))
    latest = recorded(db, entry("a"))

    found = batches.newest(db, "whole")

    assert found is not None
    assert found.id == latest
    assert batches.newest(db, "another") is None


def test_released_it_belongs_to_nobody(db: sqlite3.Connection) -> None:
    number = recorded(db, entry("a"))

    batches.release(db, kept(db, number))

    assert batches.one(db, number).owner == Owner("nobody", 0, 0)
    assert batches.one(db, number).status == "open"


def test_how_far_it_is_is_counted_in_rows(db: sqlite3.Connection) -> None:
    number = recorded(db, *map(entry, "abcde"))
    for place, status in enumerate(["succeeded", "queued", "running", "unknown"]):
        batches.begin(db, kept(db, number), place, generation(db, status))

    standing = batch_standing.standing(db, number)

    assert (standing.rows, standing.here, standing.running, standing.waiting) == (5, 1, 2, 1)
    assert (standing.unknown, standing.spent.unknown) == (1, 2)
