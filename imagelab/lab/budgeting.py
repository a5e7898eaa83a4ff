"""Limits read, and set where they are named."""

from __future__ import annotations

from decimal import Decimal

from imagelab.catalog import budget
from imagelab.catalog.budget import Budget
from imagelab.catalog.catalog import Catalog
from imagelab.jobs.reservations import left_behind
from imagelab.lab.limits import KEEP, Limit, limit_of, rates_of
from imagelab.providers.registry import provider_named

Amount = Decimal | float | Limit


def budgeted(catalog: Catalog, total: Amount, per_day: Amount, credits: object) -> Budget:  # noqa: A002 - the contract's name
    """Set the limits and rates that are not KEEP; all of them as they are then.

    UnknownModelError for the rate of a provider that is none.
    """
    said = {"total": total, "per_day": per_day}
    limits = {name: limit_of(name, amount) for name, amount in said.items() if amount is not KEEP}
    rates = rates_of(credits)
    for name, rate in rates.items():
        if rate is not None:  # the rate of one that is gone can be taken away
            provider_named(name)
    if limits or rates:
        with catalog.writing() as db:
            for name, amount in limits.items():
                budget.limit(db, name, amount)
            budget.rate(db, rates)
    with catalog.reading() as db:
        return budget.read(db, left_behind(db))
