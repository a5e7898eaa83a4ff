"""A machine that misbehaves: a clock that jumps, a process that may open no more files."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import imagelab as il
from imagelab import clock
from imagelab.sandbox.book import Book


@pytest.mark.fault
def test_a_clock_that_jumps_changes_no_order_and_ends_nothing(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now()
    made = []
    for jump in (0, -1, 3650, -20_000, 0):
        moment = began + timedelta(days=jump)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        made.append(lab.generate(f"a fox {jump}", quality="low"))

    assert [asset.id for asset in lab.search()] == [g[0].id for g in reversed(made)]
    assert [g.duration for g in made if g.duration is None or g.duration < 0] == []
    assert all("fox" in repr(g) for g in made)


STARVED = """
import os, resource, sys
import imagelab as il
lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a hen", quality="low")
held = resource.getrlimit(resource.RLIMIT_NOFILE)
taken = []
resource.setrlimit(resource.RLIMIT_NOFILE, (256, held[1]))
try:
    while True:
        taken.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
try:
    lab.generate("a fox", quality="low")
    told = "sent"
except il.errors.ImagelabError as error:
    told = f"told: {error}"
except OSError as error:
    told = f"raised: {error}"
for each in taken:
    os.close(each)
print(told)
lab.close()
"""


@pytest.mark.fault
def test_nothing_is_paid_where_no_file_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "sandbox.db"
    command = [sys.executable, "-c", STARVED, str(path)]

    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ}
    )

    told = ran.stdout.splitlines()[-1]
    assert told.startswith("told: "), (told, ran.stderr[-2000:])
    assert len(Book(path.with_name("sandbox.book")).bill()) == 1
