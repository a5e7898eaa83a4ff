"""Several processes with one catalog: taking up the same orphan, and generating at once."""

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

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
EACH = 10

KILLED = """
import sys
import imagelab as il

lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a red fox in the snow", model=sys.argv[2], n=2)
"""

TAKEN_UP = """
import sys
import imagelab as il

print("ready", flush=True)
sys.stdin.readline()
with il.open(sys.argv[1], sandbox=True) as lab:
    lab.generation(1).wait(60)
"""

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

GENERATING = """
import sys, threading
import imagelab as il

path, name, each, rude = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "rude"
over = threading.Event()

def read_plainly():
    while not over.is_set():
        with open(path, "rb") as file:
            file.read()

with il.open(path, sandbox=True) as lab:
    reader = threading.Thread(target=read_plainly if rude else over.wait)
    reader.start()
    print("ready", flush=True)
    sys.stdin.readline()
    models = ["openai/gpt-image-2", "runware/gpt-image-1.5"]
    started = [
        lab.submit(f"{name} number {number}", model=models[number % 2], quality="low", tags=[name])
        for number in range(each)
    ]
    for generation in started:
        generation.wait(100)
    over.set()
    reader.join()
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
@pytest.mark.parametrize(("model", "point"), [(OPENAI, "staged"), (RUNWARE, "accepted")])
def test_of_several_that_take_up_one_orphan_one_does(
    catalog_path: Path, model: str, point: str
) -> None:
    environment = {**os.environ, "IMAGELAB_KILL_AT": point}
    subprocess.run(
        [sys.executable, "-c", KILLED, str(catalog_path), model], env=environment, check=False
    )

    said = let_go([started(TAKEN_UP, catalog_path) for _ in range(3)])

    with il.open(catalog_path, sandbox=True) as lab:
        generation = lab.generation(1)
        lines = lab.sql("SELECT * FROM spend")
        assert (generation.status, len(generation), len(lines)) == ("succeeded", 2, 2)
    assert sum("taking up 1" in line for line in said) == 1
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1


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


@pytest.mark.fault
def test_two_that_generate_into_one_catalog_lose_nothing_while_one_opens_the_file_plainly(
    catalog_path: Path,
) -> None:
    il.open(catalog_path, sandbox=True).close()
    names = ["rude", "polite"]

    let_go([started(GENERATING, catalog_path, name, EACH, name) for name in names])

    with il.open(catalog_path, sandbox=True) as lab:
        found = lab.search()
        assert len({asset.uuid for asset in found}) == 2 * EACH
        assert [len(lab.search(f"tag:{name}")) for name in names] == [EACH, EACH]
        assert lab.sql("SELECT DISTINCT status FROM generations")["status"].tolist() == [
            "succeeded"
        ]
        assert len(lab.sql("SELECT * FROM spend WHERE usd IS NOT NULL")) == 2 * EACH
        assert lab._engine.catalog.quick_check() == "ok"
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 2 * EACH
