"""Campaigns run once for all their tests, each in a process of its own that has no threads."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Campaign = Callable[[str], dict[str, Any]]
ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 900


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """The figures of a campaign by its name; workers of one test run share what one has found."""
    shared = tmp_path_factory.getbasetemp()
    if tmp_path_factory.getbasetemp().name.startswith("popen-"):
        shared = shared.parent

    def figures(name: str) -> dict[str, Any]:
        found = shared / f"campaign-{name}.json"
        with (shared / f"campaign-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not found.exists():
                found.write_text(ran(name))
        figures: dict[str, Any] = json.loads(found.read_text())[0]
        return figures

    return figures


def ran(name: str) -> str:
    """What the command prints; it ends with 1 where a promise is broken, and tells which."""
    command = [sys.executable, "-m", "tests.faults", name, "--json"]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False, cwd=ROOT
    )
    assert run.stdout, run.stderr
    return run.stdout
