"""The stage: what is told of children that end in every way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In a process of its own: this one may have threads, and is not to be forked.
STAGED = """
import json, os, time
from tests.faults import stage

def fails():
    raise ValueError("the reason")

ended = {
    "answers": stage.fork(lambda: 7).end(),
    "fails": stage.fork(fails).end(),
    "hangs": stage.fork(time.sleep, 60).end(0.2),
    "leaves": stage.fork(os._exit, 3).end(),
    "prints": stage.fork(print, "a word").end(),
}
many = [end.answer for _, end in stage.each(lambda number: number * 2, range(5), workers=3)]
print(json.dumps({"many": sorted(many)} | {
    name: [end.code, end.answer, end.said] for name, end in ended.items()
}))
"""

pytestmark = pytest.mark.fault


def test_every_way_to_end_is_told_apart() -> None:
    run = subprocess.run(
        [sys.executable, "-c", STAGED], capture_output=True, text=True, check=True, cwd=ROOT
    )

    told = json.loads(run.stdout)
    assert told["answers"][:2] == [0, 7]
    assert told["fails"][0] != 0
    assert "ValueError: the reason" in told["fails"][2]
    assert told["hangs"][0] != 0
    assert "did not end within 0.2 s" in told["hangs"][2]
    assert told["leaves"][0] == 3
    assert told["prints"][2] == "a word\n"
    assert told["many"] == [0, 2, 4, 6, 8]


def test_a_campaign_that_is_not_there_is_told_with_those_that_are() -> None:
    command = [sys.executable, "-m", "tests.faults", "kils"]

    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert run.returncode == 2
    assert "there is no kils; there are kills, random" in run.stderr
