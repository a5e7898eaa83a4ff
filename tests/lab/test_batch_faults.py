"""Batches in processes that are killed, interrupted, and run beside one another."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

import imagelab as il
from imagelab.jobs.batches import AT_ONCE
from imagelab.sandbox.book import Book

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
SIGKILLED = -9
ROWS = 24

BATCH = """
import sys, warnings
import imagelab as il

warnings.simplefilter("ignore")
path, model, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
with il.open(path, sandbox=True) as lab:
    print("ready", flush=True)
    sys.stdin.readline()
    batch = lab.batch([f"fox number {n}" for n in range(rows)], model=model, quality="low")
    print("ended", batch.status, batch.id, len(batch.assets))
"""

INTERRUPTED = """
import sys
import imagelab as il

rows = [f"fox number {n}" for n in range(int(sys.argv[2]))]
with il.open(sys.argv[1], sandbox=True) as lab:
    try:
        lab.batch(rows, quality="low")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    print("ended", len(lab.batch(rows, quality="low").assets), flush=True)
"""

RACING = """
import sys
from decimal import Decimal
import imagelab as il

path, rows = sys.argv[1], int(sys.argv[2])
with il.open(path, sandbox=True) as lab:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if rows == 1:
            lab.generate("a lone cat in the rain", quality="low")
        else:
            lab.batch([f"fox number {n}" for n in range(rows)], quality="low")
    except il.errors.BudgetError:
        print("refused")
    else:
        print("paid")
"""


def run(path: Path, model: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BATCH, str(path), model, str(ROWS)],
        input="go\n",
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def started(script: str, *arguments: object, **settings: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **settings},
        text=True,
    )
    until(process, "ready")
    return process


def until(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith(word):
        assert line, process.communicate()


def let_go(processes: list[subprocess.Popen[str]]) -> list[str]:
    """Start them all at once; what they say."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return [out for out, _ in said]


def billed(path: Path) -> Counter[str]:
    """How often the vendor charged for each prompt."""
    book = Book(path.with_name("sandbox.book"))
    charges = [charge.id for charge in book.bill()]
    tasks = [book.task(number) for number in charges]
    assert all(tasks)
    return Counter(
        str(task.body.get("prompt") or task.body["positivePrompt"]) for task in tasks if task
    )


def unknown(path: Path) -> set[str]:
    with il.open(path, sandbox=True) as lab:
        return set(lab.sql("SELECT prompt FROM generations WHERE status = 'unknown'")["prompt"])


@pytest.mark.fault
@pytest.mark.parametrize("model", [OPENAI, RUNWARE])
@pytest.mark.parametrize("point", ["reserved", "intent:5", "posted:3", "kept:3", "done:7"])
def test_killed_in_the_middle_and_run_again_every_row_is_paid_once(
    catalog_path: Path, model: str, point: str
) -> None:
    killed = run(catalog_path, model, IMAGELAB_KILL_AT=point)
    before = sum(billed(catalog_path).values()) if point != "reserved" else 0

    again = run(catalog_path, model)

    assert killed.returncode == SIGKILLED, killed.stderr
    assert again.returncode == 0, again.stderr
    assert "ended" in again.stdout
    bill, doubtful = billed(catalog_path), unknown(catalog_path)
    rows = {f"fox number {n}" for n in range(ROWS)}
    assert max(bill.values()) == 1
    assert rows - doubtful <= set(bill)
    assert before < ROWS
    assert len(doubtful) <= AT_ONCE


@pytest.mark.fault
def test_killed_before_anything_was_sent_nothing_is_reserved_for_others(
    catalog_path: Path,
) -> None:
    killed = run(catalog_path, OPENAI, IMAGELAB_KILL_AT="reserved")

    with il.open(catalog_path, sandbox=True) as lab:
        spent = lab.budget().spent
        lab.generate("a cat", quality="low")

    assert killed.returncode == SIGKILLED
    assert spent == 0


@pytest.mark.fault
@pytest.mark.parametrize("model", [OPENAI, RUNWARE])
def test_of_two_processes_with_the_same_batch_one_sends_it_and_both_have_it(
    catalog_path: Path, model: str
) -> None:
    il.open(catalog_path, sandbox=True).close()

    processes = [
        started(BATCH, catalog_path, model, ROWS, IMAGELAB_SANDBOX_PACE="0.5") for _ in range(2)
    ]
    said = let_go(processes)

    assert [f"ended succeeded 1 {ROWS}" in out for out in said] == [True, True], said
    assert sum("is under way already" in out for out in said) == 1
    assert set(billed(catalog_path).values()) == {1}
    assert len(billed(catalog_path)) == ROWS


@pytest.mark.fault
def test_whoever_joined_goes_on_when_the_sender_is_killed(catalog_path: Path) -> None:
    il.open(catalog_path, sandbox=True).close()
    sender = started(BATCH, catalog_path, RUNWARE, ROWS, IMAGELAB_SANDBOX_PACE="0.5")
    joined = started(BATCH, catalog_path, RUNWARE, ROWS, IMAGELAB_SANDBOX_PACE="0.5")
    assert sender.stdin is not None
    sender.stdin.write("go\n")
    sender.stdin.flush()
    until(sender, "batch b1")

    assert joined.stdin is not None
    joined.stdin.write("go\n")
    joined.stdin.flush()
    until(joined, "batch b1 is under way already")
    sender.kill()
    sender.communicate()
    said, errors = joined.communicate(timeout=300)

    assert joined.returncode == 0, errors
    assert "ended" in said
    assert set(billed(catalog_path).values()) == {1}
    assert {f"fox number {n}" for n in range(ROWS)} - unknown(catalog_path) <= set(
        billed(catalog_path)
    )


@pytest.mark.fault
def test_the_budget_holds_while_a_batch_and_one_request_race(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        high = lab.quote("fox number 1", quality="low").high
        assert high is not None
        most = lab.budget(total=high.amount * 10).total

    said = let_go([started(RACING, catalog_path, rows) for rows in (10, 1, 1)])

    with il.open(catalog_path, sandbox=True) as lab:
        spent = lab.budget().spent
    assert most is not None
    assert spent <= most
    assert "paid" in "".join(said)
    assert any("refused" in out for out in said)


@pytest.mark.fault
def test_an_interrupt_stops_the_waiting_and_the_same_cell_joins_what_goes_on(
    catalog_path: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", INTERRUPTED, str(catalog_path), "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "IMAGELAB_SANDBOX_PACE": "1"},
        text=True,
    )
    until(process, "batch b1")
    time.sleep(0.5)

    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=300)

    assert "stopped waiting; b1 goes on in the background, " in errors
    assert "batch b1 is under way already" in said
    assert "ended 60" in said
    assert set(billed(catalog_path).values()) == {1}


@pytest.mark.fault
def test_a_process_that_ends_without_waiting_leaves_rows_for_the_next(catalog_path: Path) -> None:
    leaving = BATCH.replace('quality="low")', 'quality="low", wait=False)')
    leaving = leaving.replace('    print("ended"', '    sys.exit(0)\n    print("ended"')

    first = let_go([started(leaving, catalog_path, OPENAI, ROWS, IMAGELAB_SANDBOX_PACE="0.5")])
    with closing(sqlite3.connect(f"file:{catalog_path}?mode=ro", uri=True)) as db:
        waiting = db.execute("SELECT count(*) FROM batch_row WHERE state = 'waiting'").fetchone()[0]
    again = run(catalog_path, OPENAI)

    assert f"b1: {waiting} of its rows were not sent" in first[0]
    assert f"ended succeeded 1 {ROWS}" in again.stdout
    assert set(billed(catalog_path).values()) == {1}
    assert len(billed(catalog_path)) == ROWS
