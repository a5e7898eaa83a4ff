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
from typing import Any

POWER_POINTS = 300

# Where each is, and what `--runs` counts in it.
CAMPAIGNS = {
    "kills": ("tests.faults.kills", "run", "cases; all of them if not said"),
    "random": ("tests.faults.kills", "run_random", "catalogs, each killed up to four times"),
    "races": ("tests.faults.races", "run", "transactions of each of 8 processes"),
    "ledger": ("tests.faults.ledger", "run", "generations"),
    "budget": ("tests.faults.budget", "run", "races of 4 processes"),
    "migrations": ("tests.faults.migrations", "run", "nothing; it is always every statement"),
    "interrupts": ("tests.faults.interrupts", "run", "interrupts"),
    "malformed": ("tests.providers.malformed", "run", "answers, over all providers"),
    "power": ("tests.faults.power", "run", "crash points"),
    "disk": ("tests.faults.disk", "run", "nothing; it is always every write"),
}
COUNTS = "\n".join(f"  {name:11} {counts}" for name, (_, _, counts) in CAMPAIGNS.items())


def main() -> int:
    """Run the campaigns named, or all; 1 if any promise was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description=__doc__,
        epilog=f"what --runs counts:\n{COUNTS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
        figures.append(_run(name, said.runs, said.seed))
        if not said.json:
            print(figures[-1], flush=True)  # noqa: T201 - a command talks
    if said.json:
        print(json.dumps([dataclasses.asdict(each) for each in figures]))  # noqa: T201 - the same
    return int(any(getattr(each, "broken", ()) for each in figures))


def _run(name: str, runs: int | None, seed: int) -> Any:
    """Imported when it is run: what one campaign needs must not have loaded for another."""
    # Before numpy is loaded, whose threads would keep this process from being forked.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    module, function, _ = CAMPAIGNS[name]
    run = getattr(importlib.import_module(module), function)
    match name:
        case "disk":
            return run()
        case "power":
            return run(POWER_POINTS if runs is None else runs, seed)
        case _:
            return run(runs, seed)


if __name__ == "__main__":
    sys.exit(main())
