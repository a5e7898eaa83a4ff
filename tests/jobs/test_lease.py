from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from imagelab.domain.life import Lease
from imagelab.jobs.lease import LEASE_SECONDS, Watched, lives, now_us, this_lease
from imagelab.jobs.owner import this_process

TELL = """
from imagelab.jobs.lease import this_lease
lease = this_lease()
owner = lease.owner
print(owner.boot, owner.pid, owner.start, lease.host, lease.space, lease.until_us, flush=True)
input()
"""


def another() -> tuple[subprocess.Popen[str], Lease]:
    process = subprocess.Popen(
        [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    boot, pid, start, host, space, until = process.stdout.readline().split()
    owner = replace(this_process(), boot=boot, pid=int(pid), start=int(start))
    return process, Lease(owner, host, space, int(until))


def judged(lease: Lease) -> bool:
    return lives(lease.owner, lease, Watched())


def test_this_process_holds_its_lease() -> None:
    assert judged(this_lease())


def test_a_lease_ends_with_its_process_at_once() -> None:
    process, lease = another()
    before = judged(lease)

    process.kill()
    process.communicate()

    assert (before, judged(lease)) == (True, False)


def test_a_process_that_was_stopped_loses_its_lease_when_it_has_run_out() -> None:
    process, lease = another()
    os.kill(process.pid, signal.SIGSTOP)

    late = replace(lease, until_us=now_us() - 1)

    assert (judged(lease), judged(late)) == (True, False)
    process.kill()
    process.communicate()


def test_a_process_of_another_container_is_believed_while_its_lease_lasts() -> None:
    mine = this_lease()
    nobody = replace(mine.owner, pid=2**22 + 1)
    there = Lease(nobody, "another", "pid:[1]", mine.until_us)

    assert judged(there)
    assert not judged(replace(there, until_us=now_us() - 1))
    assert not judged(replace(there, space=mine.space))


def test_a_lease_from_before_this_machine_was_started_is_void() -> None:
    mine = this_lease()

    assert not judged(replace(mine, owner=replace(mine.owner, boot="before")))


def test_another_machine_is_believed_until_it_has_been_silent_for_a_whole_lease(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, watched = this_lease(), Watched()
    far = replace(mine, owner=replace(mine.owner, boot="another"), host="another", until_us=0)
    first = lives(far.owner, far, watched)
    began = now_us() / 1_000_000

    monkeypatch.setattr("imagelab.clock.monotonic", lambda: began + LEASE_SECONDS + 1)
    beating = lives(far.owner, replace(far, beats=1), watched)
    monkeypatch.setattr("imagelab.clock.monotonic", lambda: began + 2 * LEASE_SECONDS + 3)
    silent = lives(far.owner, replace(far, beats=1), watched)

    assert (first, beating, silent) == (True, True, False)


def test_without_a_lease_the_process_alone_decides() -> None:
    mine = this_process()

    assert lives(mine, None, Watched())
    assert not lives(replace(mine, start=mine.start - 1), None, Watched())
