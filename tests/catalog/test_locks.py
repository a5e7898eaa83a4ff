from __future__ import annotations

import gc
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType

import pytest

from imagelab.catalog.locks import Locks
from imagelab.errors import CatalogBusyError

HOLD = """
import sys
from pathlib import Path
from imagelab.catalog.locks import Locks

locks = Locks(Path(sys.argv[1]))
with getattr(locks, sys.argv[2])():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture
def hold(path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    processes = []

    def held(how: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield held
    for process in processes:
        process.kill()
        process.communicate()


def enter(lock: AbstractContextManager[None]) -> bool:
    with lock:
        return True


def test_a_writer_keeps_everybody_out_and_the_message_names_it(
    path: Path, hold: Callable[[str], subprocess.Popen[str]]
) -> None:
    holder = hold("writing")
    impatient = Locks(path, patience=0.05)

    with pytest.raises(CatalogBusyError, match=f"it is held by process {holder.pid} on "):
        enter(impatient.reading())
    with pytest.raises(CatalogBusyError, match="Nothing was changed; close that kernel"):
        enter(impatient.writing())


def test_readers_share_and_keep_a_writer_out(
    path: Path, hold: Callable[[str], subprocess.Popen[str]]
) -> None:
    hold("reading")
    impatient = Locks(path, patience=0.05)

    assert enter(impatient.reading())
    with pytest.raises(CatalogBusyError, match=r"the catalog catalog\.db was busy"):
        enter(impatient.writing())


def test_a_writer_that_gave_up_keeps_nobody_out(
    path: Path, hold: Callable[[str], subprocess.Popen[str]]
) -> None:
    hold("reading")
    impatient = Locks(path, patience=0.05)

    with pytest.raises(CatalogBusyError, match="was busy"):
        enter(impatient.writing())

    assert enter(Locks(path, patience=0.05).reading())


def test_a_killed_process_holds_nothing(
    path: Path, hold: Callable[[str], subprocess.Popen[str]]
) -> None:
    holder = hold("writing")

    holder.kill()
    holder.wait()

    assert enter(Locks(path, patience=5).writing())


def test_a_waiting_writer_goes_before_readers_that_come_later(path: Path) -> None:
    locks, order = Locks(path), []
    first_is_in, let_go, late_began = threading.Event(), threading.Event(), threading.Event()

    def read_first() -> None:
        with locks.reading():
            first_is_in.set()
            let_go.wait(10)

    def write() -> None:
        with locks.writing():
            order.append("writer")

    def read_late() -> None:
        late_began.set()
        with locks.reading():
            order.append("reader")

    threads = [threading.Thread(target=work) for work in (read_first, write, read_late)]
    threads[0].start()
    first_is_in.wait(10)
    threads[1].start()
    while enter_at_once(path):
        pass  # until the writer waits behind the gate
    threads[2].start()
    late_began.wait(10)
    assert order == []
    let_go.set()
    for thread in threads:
        thread.join()

    assert order == ["writer", "reader"]


def enter_at_once(path: Path) -> bool:
    try:
        return enter(Locks(path, patience=0).reading())
    except CatalogBusyError:
        return False


def test_reading_inside_a_write_is_part_of_the_write(path: Path) -> None:
    locks = Locks(path)

    with locks.writing():
        with locks.reading():
            inside = locks.alone
        after = locks.alone

    assert (inside, after, locks.alone) == (True, True, False)
    assert enter(Locks(path, patience=0).writing())


def test_threads_of_one_process_keep_each_other_out(path: Path) -> None:
    locks, inside, most = Locks(path), [], []

    def write() -> None:
        for _ in range(20):
            with locks.writing():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 80


def test_the_lock_files_are_for_their_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        enter(Locks(path).writing())
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert modes == {0o600}


def test_an_interrupt_while_waiting_leaves_nothing_held(
    path: Path, hold: Callable[[str], subprocess.Popen[str]]
) -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt("while waiting")

    reader = hold("reading")
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)

    with pytest.raises(KeyboardInterrupt, match="while waiting"):
        enter(Locks(path).writing())
    signal.signal(signal.SIGALRM, before)
    assert enter(Locks(path, patience=0).reading())
    reader.kill()
    reader.wait()

    assert enter(Locks(path, patience=5).writing())


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_an_interrupt_at_any_moment_leaves_nothing_held(path: Path, how: str) -> None:
    locks, other, chance = Locks(path), Locks(path, patience=0), random.Random(7)
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))

    felt = []
    gc.collect()  # what ends in a finalizer of an earlier test's is not felt here
    for _ in range(3000):
        felt.append(interrupted(locks, how, chance.uniform(0.000_001, 0.000_1)))
        assert enter(other.writing())
    signal.signal(signal.SIGALRM, before)

    assert any(felt)


def interrupted(locks: Locks, how: str, seconds: float) -> KeyboardInterrupt | None:
    """The interrupt that was felt, with its traceback, which a notebook keeps as well."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        enter(getattr(locks, how)())
        time.sleep(seconds)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt as error:
        return error
    return None
