from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from imagelab.domain.life import Owner
from imagelab.jobs.owner import alive, carried, carry, process_start, put_down, this_process

TELL = """
from imagelab.jobs.owner import this_process
owner = this_process()
print(owner.boot, owner.pid, owner.start, sep="\\n", flush=True)
input()
"""


def another() -> tuple[subprocess.Popen[str], Owner]:
    process = subprocess.Popen(
        [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    boot, pid, start = (process.stdout.readline().strip() for _ in range(3))
    return process, Owner(boot, int(pid), int(start))


def test_this_process_is_alive_and_says_the_same_every_time() -> None:
    assert alive(this_process())
    assert this_process() == this_process()
    assert this_process().pid == os.getpid()


def test_another_process_is_alive_until_it_ends() -> None:
    process, owner = another()
    before = alive(owner)

    process.kill()
    process.communicate()

    assert (before, alive(owner)) == (True, False)


def test_a_killed_process_that_nobody_waited_for_is_not_alive() -> None:
    process, owner = another()

    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert Path(f"/proc/{process.pid}").exists() or sys.platform != "linux"
    assert not alive(owner)
    process.communicate()


def test_a_number_given_to_another_process_since_is_not_alive() -> None:
    mine = this_process()

    assert not alive(replace(mine, start=mine.start - 1))


def test_a_process_of_an_earlier_boot_is_not_alive() -> None:
    assert not alive(replace(this_process(), boot="before"))


def test_a_process_that_never_was_has_no_start() -> None:
    assert process_start(2**22 + 1) is None


def test_what_this_process_carries_is_carried_until_it_is_put_down() -> None:
    first, second = carry("owner-test"), carry("owner-test")
    between = carried("owner-test")
    put_down("owner-test")

    assert (first, second, between) == (True, False, True)
    assert not carried("owner-test")
