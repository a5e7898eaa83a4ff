"""Leaving with a call in flight: a script that ends, an interrupt, a second one, a fork."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import imagelab as il

pytestmark = pytest.mark.fault

SCRIPT = """
import os, sys, warnings
import imagelab as il

def main():
    lab = il.open(sys.argv[1], sandbox=True)
    generation = lab.submit("a red fox in the snow", model=sys.argv[2])
    print("submitted", flush=True)
    return generation

{then}
"""
FORGETS = "main()"
EXITS = "main(); sys.exit(3)"
RAISES = "main(); raise RuntimeError('the script is wrong')"
WAITS = "main().wait()"
FORKS = """
warnings.simplefilter("ignore")
generation = main()
child = os.fork()
if child == 0:
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
generation.wait()
"""
OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"


def started(path: Path, then: str, model: str = OPENAI) -> subprocess.Popen[str]:
    """A script whose vendor takes its time, stopped where its call is in flight."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(then=then), str(path), model],
        env={**os.environ, "IMAGELAB_SANDBOX_PACE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "submitted\n":
        assert line, process.communicate()
    return process


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    out, err = process.communicate()
    watchdog.cancel()
    return process.returncode, out, err


def found(path: Path) -> tuple[str, int]:
    with il.open(path, sandbox=True) as lab:
        il.wait([lab.generation(1)])
        assert lab._engine.catalog.quick_check() == "ok"
        return lab.generation(1).status, len(lab.generation(1))


@pytest.mark.parametrize("model", [OPENAI, RUNWARE])
def test_a_script_that_forgets_to_close_keeps_its_image(catalog_path: Path, model: str) -> None:
    code, _, err = ended(started(catalog_path, FORGETS, model))

    assert (code, err) == (0, "")
    assert found(catalog_path) == ("succeeded", 1)


def test_a_script_is_told_what_its_end_waits_for(catalog_path: Path) -> None:
    _, out, _ = ended(started(catalog_path, FORGETS))

    assert "waiting for g1: sent, not answered" in out


def test_sys_exit_keeps_the_image_and_its_code(catalog_path: Path) -> None:
    code, _, err = ended(started(catalog_path, EXITS))

    assert (code, err) == (3, "")
    assert found(catalog_path) == ("succeeded", 1)


def test_an_error_in_the_script_keeps_the_image(catalog_path: Path) -> None:
    code, _, err = ended(started(catalog_path, RAISES))

    assert code == 1
    assert err.endswith("RuntimeError: the script is wrong\n")
    assert found(catalog_path) == ("succeeded", 1)


def test_an_interrupt_stops_the_waiting_and_the_image_is_kept(catalog_path: Path) -> None:
    process = started(catalog_path, WAITS)

    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)

    assert code != 0
    assert err.endswith("KeyboardInterrupt\n")
    assert found(catalog_path) == ("succeeded", 1)


def test_a_second_interrupt_leaves_and_the_outcome_is_unknown(catalog_path: Path) -> None:
    process = started(catalog_path, WAITS)

    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    while "waiting for g1" not in (line := process.stdout.readline()):
        assert line, process.communicate()
    process.send_signal(signal.SIGINT)
    _, out, _ = ended(process)

    assert "left with calls under way" in out
    assert found(catalog_path) == ("unknown", 0)


def test_a_forked_child_leaves_at_once_and_its_parent_gets_the_image(catalog_path: Path) -> None:
    code, _, err = ended(started(catalog_path, FORKS))

    assert (code, err) == (0, "")
    assert found(catalog_path) == ("succeeded", 1)
