"""`python -m tests.faults [campaign …] --runs N --seed S`: what happens when everything fails.

Each campaign tells how often it ran, what it counted, and every promise that broke. Without
`--runs` it is as large as in the test run.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

CAMPAIGNS = {
    "kills": ("tests.faults.kills", "run"),
    "random": ("tests.faults.kills", "run_random"),
    "races": ("tests.faults.races", "run"),
    "ledger": ("tests.faults.ledger", "run"),
    "budget": ("tests.faults.budget", "run"),
    "migrations": ("tests.faults.migrations", "run"),
    "interrupts": ("tests.faults.interrupts", "run"),
    "power": ("tests.faults.power", "run"),
    "disk": ("tests.faults.disk", "run"),
}


def main() -> int:
    """Run the campaigns named, or all; 1 if any promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("campaigns", nargs="*", metavar="campaign", help=", ".join(CAMPAIGNS))
    parser.add_argument("--runs", type=int, help="how often; the test run's size if not said")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    said = parser.parse_args()
    if unknown := set(said.campaigns) - set(CAMPAIGNS):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(CAMPAIGNS)}")
    figures = []
    for name in said.campaigns or CAMPAIGNS:
        print(f"… {name}", file=sys.stderr, flush=True)  # noqa: T201 - a command talks
        figures.append(_campaign(name)(said.runs, said.seed))
        if not said.json:
            print(figures[-1], flush=True)  # noqa: T201 - a command talks
    if said.json:
        print(json.dumps([dataclasses.asdict(each) for each in figures]))  # noqa: T201 - the same
    return int(any(each.broken for each in figures))


def _campaign(name: str) -> Callable[[int | None, int], Any]:
    """Imported when it is run: what one needs must not have loaded for another."""
    # Before numpy is loaded, whose threads would keep this process from being forked.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    module, function = CAMPAIGNS[name]
    run: Callable[[int | None, int], Any] = getattr(importlib.import_module(module), function)
    return run


if __name__ == "__main__":
    sys.exit(main())
