from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal

import pytest

from imagelab import clock
from imagelab.catalog import budget, schema
from imagelab.domain.money import Cost
from imagelab.errors import BudgetError

DAY_US = 86_400_000_000
TENTH = 100_000_000


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for migration in schema.MIGRATIONS:
        migration(connection)
    yield connection
    connection.close()


def generation(
    db: sqlite3.Connection, status: str, high: int | None, *, days_ago: int = 0, calls: int = 1
) -> None:
    number = db.execute("SELECT count(*) + 1 FROM generation").fetchone()[0]
    db.execute(
        "INSERT INTO generation (id, uuid, status, provider, model, native, prompt, n, params, "
        "resolved, fingerprint, quote_high, boot, pid, process_start, created_at) "
        "VALUES (?, ?, ?, 'p', 'm', 'm', 'a', ?, '{}', '{}', 'f', ?, '', 1, 1, ?)",
        (number, str(number), status, calls, high, clock.now_us() - days_ago * DAY_US),
    )
    db.executemany(
        "INSERT INTO call (uuid, generation, key, position, n, state) VALUES (?, ?, 'k', ?, 1, 'sent')",
        [(f"{number}-{place}", number, place) for place in range(calls)],
    )


def spent(
    db: sqlite3.Connection, nano: int | None, *, high: int | None = None, days_ago: int = 0
) -> None:
    place = db.execute("SELECT count(*) FROM ledger").fetchone()[0]
    if not db.execute("SELECT 1 FROM generation WHERE id = 1").fetchone():
        generation(db, "succeeded", 0)
    db.execute(
        "INSERT INTO ledger (generation, call, position, at, amount_nano, unit, high_nano) "
        "VALUES (1, 1, ?, ?, ?, 'usd', ?)",
        (place, clock.now_us() - days_ago * DAY_US, nano, high),
    )


def test_without_limits_anything_goes(db: sqlite3.Connection) -> None:
    budget.check(db, None, "openai/gpt-image-2")

    assert str(budget.read(db)) == "$0.00 spent or reserved (no limit)"


def test_what_is_known_unknown_and_open_all_counts(db: sqlite3.Connection) -> None:
    spent(db, TENTH)
    spent(db, None, high=2 * TENTH)
    generation(db, "running", 4 * TENTH, calls=2)
    generation(db, "succeeded", 8 * TENTH)

    assert budget.read(db).spent == Decimal("0.7")


def test_a_call_that_has_ended_is_reserved_no_longer(db: sqlite3.Connection) -> None:
    generation(db, "running", 4 * TENTH, calls=2)
    db.execute("UPDATE call SET finished_at = 1 WHERE position = 0")

    assert budget.read(db).spent == Decimal("0.2")


def test_a_day_counts_what_was_spent_since_midnight(db: sqlite3.Connection) -> None:
    spent(db, TENTH)
    spent(db, TENTH, days_ago=2)

    held = budget.read(db)

    assert (held.spent, held.spent_today) == (Decimal("0.2"), Decimal("0.1"))


def test_a_limit_is_kept_and_lifted(db: sqlite3.Connection) -> None:
    budget.limit(db, "total", Decimal("0.1"))
    budget.limit(db, "total", Decimal("2.50"))
    assert budget.read(db).total == Decimal("2.5")

    budget.limit(db, "total", None)
    assert budget.read(db).total is None


@pytest.mark.parametrize(("name", "said"), [("total", "the budget's"), ("per_day", "today's")])
def test_what_would_pass_a_limit_is_refused_with_what_is_left(
    db: sqlite3.Connection, name: str, said: str
) -> None:
    spent(db, 3 * TENTH)
    budget.limit(db, name, Decimal("0.5"))
    budget.check(db, Cost(Decimal("0.2")), "openai/gpt-image-2")

    expected = rf"would cost up to \$0.21, and \$0.20 of {said} \$0.50 is left; nothing was sent"
    with pytest.raises(BudgetError, match=expected):
        budget.check(db, Cost(Decimal("0.21")), "openai/gpt-image-2")


def test_a_limit_below_what_is_spent_leaves_nothing(db: sqlite3.Connection) -> None:
    spent(db, 3 * TENTH)
    budget.limit(db, "total", Decimal("0.1"))

    with pytest.raises(BudgetError, match=r"and \$0.00 of the budget's \$0.10 is left"):
        budget.check(db, Cost(Decimal("0.01")), "openai/gpt-image-2")


def test_no_upper_price_in_dollars_is_refused_under_a_limit(db: sqlite3.Connection) -> None:
    budget.limit(db, "per_day", Decimal(100))

    with pytest.raises(BudgetError, match="apiframe/x has no upper price in dollars, and a budget"):
        budget.check(db, None, "apiframe/x")


def in_credits(db: sqlite3.Connection, nano: int, provider: str = "apiframe") -> None:
    generation(db, "succeeded", None)
    number = db.execute("SELECT max(id) FROM generation").fetchone()[0]
    db.execute(
        "UPDATE generation SET provider = ?, quote_high = 0 WHERE id = ?", (provider, number)
    )
    db.execute(
        "INSERT INTO ledger (generation, call, position, at, amount_nano, unit) "
        "VALUES (?, (SELECT id FROM call WHERE generation = ?), 0, ?, ?, 'credits')",
        (number, number, clock.now_us(), nano),
    )


def test_credits_count_in_dollars_at_the_rate_that_was_given(db: sqlite3.Connection) -> None:
    in_credits(db, 24 * 10**9)

    budget.rate(db, {"apiframe": Decimal("0.01")})

    assert budget.read(db).spent == Decimal("0.24")
    assert budget.read(db).credits == {"apiframe": Decimal("0.01")}


def test_an_offer_in_credits_is_refused_under_a_budget_until_they_have_a_rate(
    db: sqlite3.Connection,
) -> None:
    budget.limit(db, "total", Decimal(1))
    price = Cost(Decimal(24), "credits")

    with pytest.raises(BudgetError, match=r"paid in credits.*credits=\{'apiframe': 0.01\}"):
        budget.check(db, price, "apiframe/gpt-image-1.5")

    budget.rate(db, {"apiframe": Decimal("0.01")})
    budget.check(db, price, "apiframe/gpt-image-1.5")


def test_credits_that_were_spent_without_a_rate_stand_in_the_way_of_a_budget(
    db: sqlite3.Connection,
) -> None:
    in_credits(db, 5 * 10**9)
    budget.limit(db, "total", Decimal(1))

    with pytest.raises(BudgetError, match=r"credits of apiframe were spent.*nothing was sent"):
        budget.check(db, Cost(Decimal("0.1")), "openai/gpt-image-2")

    assert "credits of apiframe, which have no rate" in str(budget.read(db))


def test_a_rate_can_be_taken_away(db: sqlite3.Connection) -> None:
    budget.rate(db, {"apiframe": Decimal("0.01"), "acme": Decimal(2)})

    budget.rate(db, {"apiframe": None})

    assert budget.read(db).credits == {"acme": Decimal(2)}


def test_a_refusal_carries_its_numbers(db: sqlite3.Connection) -> None:
    budget.limit(db, "total", Decimal("0.5"))

    with pytest.raises(BudgetError, match="up to") as caught:
        budget.check(db, Cost(Decimal("0.6")), "openai/gpt-image-2")

    error = caught.value
    assert (error.asked, error.left, error.limit) == (
        Decimal("0.6"),
        Decimal("0.5"),
        Decimal("0.5"),
    )
