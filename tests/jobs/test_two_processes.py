"""Several processes with one catalog: taking up the same orphan, and generating at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
