"""Full disks and disks that fail, at any operation of a run: once, and from then on.

Each case is a run with one fault, then an opening without. The vendors' own bill says what was
paid, and every image of it is to be there, also after a disk that never worked again: what came
is kept on another one.
"""

from __future__ import annotations

import errno
import gc
import io
import itertools
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults import life
from tests.faults.apart import Died, all_forked, alone, forked, sure
from tests.faults.healing import Healed, heal
from tests.faults.life import IN_MEMORY, at_once, painted_once
from tests.faults.suffering import Fault, Run, Suffered, suffer

_KINDS = tuple(itertools.product((errno.ENOSPC, errno.EIO), (False, True)))
_AT_ONCE, _SECONDS, _CAMPAIGN_SECONDS = 4, 20.0, 1800.0
_IMAGES, _SETTLED_SECONDS = 2, 0.5
_NO_FAULT = Fault(0, 0, for_ever=False)


@dataclass(frozen=True)
class DiskFigures:
    """What a campaign came to; `unknown` are images of a vendor that nobody can ask for them."""

    operations: int
    cases: int
    struck: int
    charges: int
    unknown: int
    wrongs: tuple[str, ...]
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        told = "".join(f"\n  {wrong}" for wrong in self.wrongs)
        return (
            f"disk faults: {self.operations:,} operations, {self.cases:,} cases, "
            f"{self.struck:,} struck, {self.charges:,} charges all in the ledger, "
            f"{self.unknown:,} images unknown, {len(self.wrongs):,} kinds of wrong{told}"
        )


@dataclass(frozen=True)
class _Case:
    fault: Fault
    suffered: Suffered | Died
    healed: Healed | Died


def run(
    runs: int | None = None, seed: int = 1, *, only: str = "", insists: bool = True
) -> DiskFigures:
    """One campaign, in processes of its own: every operation fails in one of four ways, in turn.

    With `runs` any operation fails in any way, in so many cases that the seed picks. `only` takes the
    operations with that in their path. A lab that does not insist is to be seen to lose images.
    """
    return alone(_campaign, runs, seed, only, insists)


def _campaign(runs: int | None, seed: int, only: str, insists: bool) -> DiskFigures:  # noqa: FBT001 - as `run` is told
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type] # heavy to fork, and not needed
    at_once()
    painted_once()
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        root = Path(folder).resolve()
        with redirect_stdout(io.StringIO()):
            Run().lead(root / "warm" / "sandbox.db")  # so that the children have all of it
        _wait_for_threads()
        time.sleep(_SETTLED_SECONDS)  # what its threads held, they hold no more
        gc.freeze()  # or each child copies what is there, to look whether it is still needed
        _make_place(_path(root, 0), spare=insists)
        calm = sure(forked(partial(suffer, _path(root, 0), _NO_FAULT), _SECONDS))
        places = [at for at, seen in enumerate(calm.seen, 1) if only in seen]
        faults = _in_turn(places) if runs is None else _picked(places, runs, seed)
        numbered = list(enumerate(faults, 1))
        shares = [numbered[n::_AT_ONCE] for n in range(_AT_ONCE)]
        works = [partial(_cases, root, share, insists=insists) for share in shares]
        cases = [
            case for share in all_forked(works, _CAMPAIGN_SECONDS, _AT_ONCE) for case in sure(share)
        ]
    return _figures(len(places), cases)


def _wait_for_threads() -> None:
    """Some of a lab's end a little after it is closed; RuntimeError where one does not."""
    deadline = time.monotonic() + _SECONDS
    while threading.active_count() > 1:
        if time.monotonic() > deadline:
            left = ", ".join(thread.name for thread in threading.enumerate())
            raise RuntimeError(f"only a process with a single thread is forked from, not {left}")
        time.sleep(0.01)


def _path(root: Path, number: int) -> Path:
    return root / f"{number}" / ".imagelab" / "sandbox.db"


def _make_place(path: Path, *, spare: bool) -> None:
    """The folder of one run; with one for temporary files on another disk, if it is to be."""
    path.parent.parent.mkdir()
    if spare:
        life.temporary(path).mkdir()


def _in_turn(places: Sequence[int]) -> list[Fault]:
    ways = itertools.cycle(_KINDS)
    return [
        Fault(at, number, for_ever=for_ever)
        for at, (number, for_ever) in zip(places, ways, strict=False)
    ]


def _picked(places: Sequence[int], runs: int, seed: int) -> list[Fault]:
    every = [Fault(at, number, for_ever=for_ever) for at in places for number, for_ever in _KINDS]
    return random.Random(seed).sample(every, min(runs, len(every)))


def _cases(root: Path, faults: Sequence[tuple[int, Fault]], *, insists: bool) -> list[_Case]:
    """A share of them, each run and each opening in a fork of this process.

    Nothing is opened here: a thread that has just ended may still hold a lock of SQLite's, and
    a fork would wait for it for ever.
    """
    return [_case(_path(root, number), fault, insists=insists) for number, fault in faults]


def _case(path: Path, fault: Fault, *, insists: bool) -> _Case:
    _make_place(path, spare=insists)
    suffered = forked(partial(suffer, path, fault, insists=insists), _SECONDS)
    healed = forked(partial(heal, path), _SECONDS)
    shutil.rmtree(path.parent.parent)
    return _Case(fault, suffered, healed)


def _figures(operations: int, cases: Sequence[_Case]) -> DiskFigures:
    wrongs: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    struck = charges = unknown = 0
    for case in cases:
        wrongs.update(_wrongs(case))
        if isinstance(case.suffered, Suffered):
            struck += bool(case.suffered.struck)
            sentences.update(case.suffered.sentences)
        if isinstance(case.healed, Healed):
            accounts = case.healed.accounts.values()
            charges += sum(len(account.charged) for account in accounts)
            unknown += sum(a.images < _IMAGES * len(a.charged) for a in accounts) * _IMAGES
    return DiskFigures(
        operations,
        len(cases),
        struck,
        charges,
        unknown,
        tuple(f"{n} × {what}" for what, n in wrongs.most_common()),
        tuple(f"{n} × {what}" for what, n in sentences.most_common()),
    )


def _wrongs(case: _Case) -> Iterator[str]:
    """What must not be, whatever the disk does."""
    if isinstance(case.suffered, Died):
        yield f"{case.fault}: {case.suffered.why}"
    elif isinstance(case.healed, Died):
        yield f"{case.fault} {case.suffered.struck}: not opened again: {case.healed.why}"
    else:
        yield from _wrong(case.fault, case.suffered, case.healed)


def _wrong(fault: Fault, suffered: Suffered, healed: Healed) -> Iterator[str]:
    yield from suffered.traces
    if healed.check != "ok":
        yield f"the catalog is damaged: {healed.check}"
    if healed.damaged:
        yield "bytes that are not those that came"
    if not healed.images.issuperset(suffered.images) or not healed.rated.issuperset(suffered.rated):
        yield f"what was handed over is gone, after {suffered.struck}"
    for name, account in healed.accounts.items():
        yield from (f"{name}: {wrong}, {fault} {suffered.struck}" for wrong in account.wrongs())
        lost = account.images < _IMAGES * len(account.charged)
        if lost:
            yield f"{name}: images lost after {suffered.struck}, {fault}"
