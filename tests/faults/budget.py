"""Budgets: several processes race one limit, and some of them never hear what they paid for."""

from __future__ import annotations

import random
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import imagelab as il
from imagelab.domain.money import NANO
from imagelab.errors import BudgetError, ImagelabError
from tests.faults import stage, truth
from tests.faults.figures import Figures, Run, summed
from tests.faults.kills import OPENAI, RUNWARE

RACES = 50
PROCESSES = 4
TRIES = 2  # of each process, all of them at once
LOST = ("", "", "reset_after_charge", "stall")


@dataclass(frozen=True)
class Raced:
    """What one process got: how often it sent, how often it was refused, the count it saw."""

    sent: int
    refused: int
    counted: Decimal


def run(runs: int | None, seed: int) -> Figures:
    """So many races; the bill is never over the limit, nor is what the lab counts."""
    began = time.monotonic()
    seeds = range(seed, seed + (RACES if runs is None else runs))
    done = [
        ended.answer if ended.code == 0 else Run(f"seed {number}", broken=(ended.said,))
        for number, ended in stage.each(raced, seeds)
    ]
    return summed("budget", time.monotonic() - began, done)


def raced(seed: int) -> Run:
    """One race: a limit that some of the tries fit under, and all at once."""
    dice = random.Random(seed)
    kind = dice.choice((OPENAI, RUNWARE))
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        limit = stage.fork(_limited, path, kind, dice.uniform(1, PROCESSES * TRIES - 1)).end().told
        works = [
            partial(_racing, path, kind, f"{number}", dice.choice(LOST))
            for number in range(PROCESSES)
        ]
        ended = stage.together(works)
        broken = [f"a process ended with {end.code}: {end.said}" for end in ended if end.code]
        if broken:
            return Run(f"seed {seed}", broken=tuple(broken))
        lab, charges = stage.fork(truth.opened, path).end().told, truth.bill(path)
        counts = [end.told.counted for end in ended] + [stage.fork(_counted, path).end().told]
    broken += truth.broken(lab, charges)
    billed = Decimal(sum(charge.nano for charge in charges)) / NANO
    if billed > limit:
        broken.append(f"{billed} was billed under a limit of {limit}")
    if max(counts) > limit:
        broken.append(f"{max(counts)} was counted under a limit of {limit}")
    if billed > counts[-1]:
        broken.append(f"{billed} was billed and {counts[-1]} is counted")
    counted = {
        "sent": sum(end.told.sent for end in ended),
        "refused": sum(end.told.refused for end in ended),
        "charges": len(charges),
        "generations unknown": sum(told.status == "unknown" for told in lab.generations),
        "bills over the limit": int(billed > limit),
    }
    return Run(f"seed {seed}", counted, broken=tuple(broken))


def _limited(path: Path, kind: str, fit: float) -> Decimal:
    """Set a limit under which so many of the tries fit, at their upper price; the limit."""
    with il.open(path, sandbox=True) as lab:
        high = lab.quote("0 0", model=kind, quality="low").high
        assert high is not None
        limit = (high.amount * Decimal(fit)).quantize(Decimal("0.000001"))
        lab.budget(total=limit)
        return limit


def _racing(path: Path, kind: str, name: str, fault: str) -> Raced:
    stage.strike_with(fault)
    sent = refused = 0
    with il.open(path, sandbox=True) as lab:
        started = []
        for turn in range(TRIES):
            try:
                started.append(lab.submit(f"{name} {turn}", model=kind, quality="low"))
                sent += 1
            except BudgetError:
                refused += 1
        counted = lab.budget().spent
        for generation in started:
            with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
                generation.wait(truth.WAITS_SECONDS)
        return Raced(sent, refused, max(counted, lab.budget().spent))


def _counted(path: Path) -> Decimal:
    with il.open(path, sandbox=True) as lab:
        return lab.budget().spent
