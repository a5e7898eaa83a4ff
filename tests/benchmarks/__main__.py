"""`python -m tests.benchmarks [group …]`: what things cost, as ratios inside one run.

Each line is ours against the lower bound or a peer, measured in turns on this machine.
Milliseconds are for orientation; only the ratios mean something elsewhere.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.benchmarks import (
    actions,
    export,
    gallery,
    importing,
    lineage,
    merge,
    record,
    search,
    sidebar,
    start,
    wires,
)
from tests.benchmarks.chart import drawn
from tests.benchmarks.measure import Result, table
from tests.benchmarks.report import as_json, headline

GROUPS = {
    "start": start.run,
    "actions": actions.run,
    "record": record.run,
    "search": search.run,
    "wires": wires.run,
    "gallery": gallery.run,
    "lineage": lineage.run,
    "sidebar": sidebar.run,
    "merge": merge.run,
    "import": importing.run,
    "export": export.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--rows", type=int, default=1_000_000, help="in the catalog searched")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, with versions")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="the headlines as an SVG")
    said = parser.parse_args()
    if unknown := sorted(set(said.groups) - set(GROUPS)):
        parser.error(f"no group {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    measured, seconds = _measured(said.groups or list(GROUPS), said.rows)
    results = [result for group in measured.values() for result in group]
    print(headline())
    print(table(results))
    print(f"{sum(seconds.values()):.0f} s in all")
    if said.json:
        said.json.write_text(as_json(measured, seconds), "utf-8")
    if said.chart:
        said.chart.write_text(drawn(results), "utf-8")
    return 0


def _measured(names: list[str], rows: int) -> tuple[dict[str, list[Result]], dict[str, float]]:
    """The results of each group, and how many seconds it took."""
    measured: dict[str, list[Result]] = {}
    seconds: dict[str, float] = {}
    for name in names:
        print(f"… {name}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        measured[name] = GROUPS[name](rows)
        seconds[name] = round(time.perf_counter() - began, 1)
    return measured, seconds


if __name__ == "__main__":
    sys.exit(main())
