"""Several processes with one catalog: asking for the same, and taking up from one that stands still."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

import imagelab as il
from imagelab.sandbox.book import Book

REUSING = """
import sys
import imagelab as il

with il.open(sys.argv[1], sandbox=True, reuse=True) as lab:
    print("ready", flush=True)
    sys.stdin.readline()
    print("number", lab.generate("a fox that many ask for", quality="low").id)
"""

STOPPED = """
import os, signal, sys, time
import imagelab as il
from imagelab.jobs import lease, pulse

lease.LEASE_SECONDS, pulse.BEAT_SECONDS = 1.0, 0.2
lab = il.open(sys.argv[1], sandbox=True)
generation = lab.submit("a red fox in the snow", model="runware/gpt-image-1.5", quality="low")
while lab.sql("SELECT state FROM call")["state"].tolist() in (["intent"], ["sent"], ["staged"]):
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGSTOP)
generation.wait(60)
lab.close()
"""


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "ready\n":
        assert line, process.communicate()
    return process


def let_go(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Start them all at once; what they say on the way out."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return [out for out, _ in said]


@pytest.mark.fault
def test_many_that_ask_for_the_same_at_once_pay_once_where_they_reuse(catalog_path: Path) -> None:
    il.open(catalog_path, sandbox=True).close()

    said = let_go([started(REUSING, catalog_path) for _ in range(4)])

    assert [line for out in said for line in out.splitlines() if line[:6] == "number"] == [
        "number 1"
    ] * 4
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1


@pytest.mark.fault
def test_what_a_stopped_kernel_carried_is_taken_up_when_its_lease_has_run_out(
    catalog_path: Path,
) -> None:
    command = [sys.executable, "-c", STOPPED, str(catalog_path)]
    environment = {**os.environ, "IMAGELAB_SANDBOX_PACE": "1"}
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as stopped,
        il.open(catalog_path, sandbox=True) as lab,
    ):
        os.waitid(os.P_PID, stopped.pid, os.WSTOPPED)
        sleep(1.2)
        taken = len(lab.generation(1).wait(60))
        stopped.send_signal(signal.SIGCONT)

        assert stopped.wait(60) == 0
        after = lab.generation(1)
        assert (taken, after.status, len(after)) == (1, "succeeded", 1)
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1
