from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from imagelab import clock
from imagelab.catalog import backup_plan
from imagelab.catalog.backup_plan import Plan
from imagelab.catalog.catalog import Catalog
from imagelab.domain.life import Owner
from tests.finished import new_catalog

DEST, WEEK = Path("/copies/c.db"), timedelta(days=7)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "c.db")
    with opened.writing() as db:
        backup_plan.remember(db, DEST, WEEK)
    yield opened
    opened.close()


def planned(catalog: Catalog) -> Plan | None:
    with catalog.reading() as db:
        return backup_plan.read(db)


@pytest.mark.parametrize(
    ("ago", "due"),
    [(timedelta(days=6), False), (timedelta(days=8), True), (timedelta(days=-3), True)],
)
def test_a_backup_is_due_by_its_age_and_when_the_clock_was_put_back(
    ago: timedelta,
    due: bool,  # noqa: FBT001 - a case
) -> None:
    assert Plan(DEST, WEEK, clock.now() - ago).due is due


def test_one_that_was_never_made_is_due() -> None:
    assert Plan(DEST, WEEK).due


def test_a_plan_is_what_was_remembered(catalog: Catalog) -> None:
    assert planned(catalog) == Plan(DEST, WEEK)


def test_a_failure_is_kept_until_the_backup_is_made(catalog: Catalog) -> None:
    with catalog.writing() as db:
        backup_plan.failed(db, "no room")
        kept = backup_plan.read(db)
        backup_plan.made(db, DEST)

    after = planned(catalog)
    assert kept is not None
    assert kept.error == "no room"
    assert after is not None
    assert (after.error, after.due) == (None, False)


def test_a_backup_that_went_elsewhere_is_not_the_one_that_is_kept_up(catalog: Catalog) -> None:
    with catalog.writing() as db:
        backup_plan.made(db, Path("/elsewhere.db"))

    assert planned(catalog) == Plan(DEST, WEEK)


def test_a_claim_is_held_until_it_is_released(catalog: Catalog) -> None:
    with catalog.writing() as db:
        backup_plan.claim(db, Owner("boot", 7, 99))
        claimed = backup_plan.read(db)
        backup_plan.release(db)

    assert claimed == Plan(DEST, WEEK, claim=Owner("boot", 7, 99))
    assert planned(catalog) == Plan(DEST, WEEK)


def test_another_place_begins_anew_and_another_interval_does_not(catalog: Catalog) -> None:
    with catalog.writing() as db:
        backup_plan.made(db, DEST)
        backup_plan.remember(db, DEST, 2 * WEEK)
        same = backup_plan.read(db)
        backup_plan.remember(db, Path("/elsewhere.db"), WEEK)

    assert same is not None
    assert (same.every, same.due) == (2 * WEEK, False)
    assert planned(catalog) == Plan(Path("/elsewhere.db"), WEEK)


def test_what_is_forgotten_leaves_nothing(catalog: Catalog) -> None:
    with catalog.writing() as db:
        backup_plan.failed(db, "no room")
        backup_plan.forget(db)
        backup_plan.failed(db, "and again")

        assert db.execute("SELECT * FROM about WHERE name LIKE 'backup%'").fetchall() == []
