"""`python -m tests.benchmarks [group …]`: what things cost, as ratios inside one run.

Each line is ours against the lower bound or a peer, measured in turns on this machine.
Milliseconds are for orientation; only the ratios mean something elsewhere.
"""

from __future__ import annotations

import argparse
import platform
import sqlite3
import sys

from tests.benchmarks import (
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
from tests.benchmarks.measure import Result, table

GROUPS = {
    "start": start.run,
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
    said = parser.parse_args()
    results: list[Result] = []
    for name in said.groups or GROUPS:
        print(f"… {name}", file=sys.stderr, flush=True)
        results += GROUPS[name](said.rows)
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"Python {python}, SQLite {sqlite}, {platform.machine()}")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
