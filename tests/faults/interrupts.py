"""Interrupts: the keys are pressed while a lab generates, at any moment and at every named point."""

from __future__ import annotations

import random
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import imagelab as il
from imagelab import killpoints
from imagelab.errors import ImagelabError
from tests.faults import stage, truth
from tests.faults.figures import Figures, Run, summed
from tests.faults.kills import KINDS, PROMPT, WORKERS

RUNS = 40
LIFE_SECONDS = 0.2  # of a process that nobody interrupts, about


@dataclass(frozen=True)
class Felt:
    """What became of an interrupt: whether `generate` raised it, and what was left open by it."""

    felt: bool
    hanging: int  # transactions, once nothing is under way


def run(runs: int | None, seed: int) -> Figures:
    """So many interrupts: by turns at a named point and at a moment that the seed picks."""
    began = time.monotonic()
    seeds = range(seed, seed + (RUNS if runs is None else runs))
    done = [
        ended.answer if ended.code == 0 else Run(f"seed {number}", broken=(ended.said,))
        for number, ended in stage.each(interrupted, seeds, workers=WORKERS)
    ]
    return summed("interrupts", time.monotonic() - began, done)


def interrupted(seed: int) -> Run:
    """One interrupt; afterwards the job has gone on or is taken up."""
    dice = random.Random(seed)
    kind, points, stays = KINDS[seed % 2], killpoints.POINTS, dice.random() < 0.5
    point = points[seed // 4 % len(points)] if seed % 4 < 2 else ""
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        child = stage.fork(_generating, path, kind, stays, kill_at=point, strikes=signal.SIGINT)
        if not point:
            time.sleep(dice.uniform(0, LIFE_SECONDS))
            child.interrupt()
        ended = child.end()
        after = stage.fork(truth.opened, path).end()
        again = stage.fork(truth.opened, path).end()
        broken = list(_unseemly(ended))
        broken += [f"ended with {e.code}: {e.said}" for e in (after, again) if e.code]
        if broken:
            return Run(f"seed {seed} {point}", broken=tuple(broken))
        charges, lab, felt = (
            truth.bill(path),
            after.told,
            ended.answer or Felt(felt=True, hanging=0),
        )
    broken += truth.broken(lab, charges)
    broken += [] if again.told == lab else ["changed by looking again"]
    broken += [f"{felt.hanging} transactions were left open"] if felt.hanging else []
    counted = {
        "interrupts felt": felt.felt,
        "charges": len(charges),
        "images billed": sum(charge.images for charge in charges),
        "images kept": sum(told.images for told in lab.generations),
        "generations unknown": sum(told.status == "unknown" for told in lab.generations),
        "transactions left open": felt.hanging,
    }
    return Run(f"seed {seed} {point}", counted, broken=tuple(broken))


def _generating(path: Path, kind: str, stays: bool) -> Felt:  # noqa: FBT001 - or leaves at once
    """What a person sees who presses the keys, once, and then leaves or stays for what goes on."""
    felt, hanging = False, 0
    try:
        with il.open(path, sandbox=True) as lab:
            try:
                with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
                    lab.generate(PROMPT, model=kind, quality="low", n=2)
            except KeyboardInterrupt:
                felt = True
            if stays:
                truth.settle(lab)
                hanging = _hanging(lab)
    except KeyboardInterrupt:  # while it opened or closed
        felt = True
    return Felt(felt, hanging)


def _hanging(lab: il.Lab) -> int:
    """Transactions that are open although nothing is under way."""
    lab._engine.writer.do(lambda: None).result()
    held = list(lab._engine.catalog._connections._all)
    return sum(owned.connection.in_transaction for owned in held)


def _unseemly(ended: stage.Ended) -> Iterator[str]:
    if ended.code not in (0, stage.INTERRUPTED):
        yield f"ended with {ended.code}: {ended.said}"
    if "Traceback" in ended.said:
        yield f"printed {ended.said}"
