from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from imagelab.catalog.catalog import open_catalog

COMMITS = 150
READERS = 2

WRITER = """
import json, sys
from pathlib import Path
from imagelab.catalog.catalog import open_catalog

name, path, commits, rude = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "rude"
catalog = open_catalog(path, None)
print("ready", flush=True)
sys.stdin.readline()
reads = inside = 0
for number in range(commits):
    with catalog.writing() as db:
        db.execute("INSERT INTO about VALUES (?, ?)", (f"{name}:{number}", "x" * 20_000))
        if rude:
            with open(path, "rb") as file:
                file.read()
            reads += 1
            inside += db.in_transaction
print(json.dumps({"reads": reads, "inside": inside}))
"""

READER = """
import sys
from pathlib import Path
from imagelab.catalog.catalog import open_catalog

catalog = open_catalog(Path(sys.argv[1]), None)
print("ready", flush=True)
sys.stdin.readline()
seen = 0
while seen < int(sys.argv[2]):
    with catalog.reading() as db:
        now = db.execute("SELECT count(*) FROM about WHERE name LIKE '%:%'").fetchone()[0]
    assert now >= seen, (now, seen)
    seen = now
print("{}")
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()
    return process


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    answer: dict[str, int] = json.loads(out)
    return answer


@pytest.mark.fault
def test_no_acknowledged_row_is_lost_while_a_writer_opens_the_file_plainly(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    open_catalog(path, "sandbox").close()
    rude = start(WRITER, "rude", path, COMMITS, "rude")
    polite = start(WRITER, "polite", path, COMMITS, "polite")
    readers = [start(READER, path, 2 * COMMITS) for _ in range(READERS)]

    for process in [rude, polite, *readers]:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = finish(rude)
    finish(polite)
    for process in readers:
        finish(process)

    catalog = open_catalog(path, None)
    with catalog.reading() as db:
        rows = [
            r[0] for r in db.execute("SELECT name FROM about WHERE name LIKE '%:%' ORDER BY rowid")
        ]
    writers = [row.partition(":")[0] for row in rows]
    assert told["reads"] == told["inside"] >= 100
    assert sum(a != b for a, b in pairwise(writers)) >= 10, "the locks did not alternate"
    assert len(rows) == 2 * COMMITS
    assert catalog.quick_check() == "ok"
    catalog.close()
