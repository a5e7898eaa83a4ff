"""The ledger held against the vendors' bill, over random runs with faults and kills."""

from __future__ import annotations

import random
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import imagelab as il
from imagelab import killpoints
from imagelab.errors import ImagelabError
from tests.faults import stage, truth
from tests.faults.figures import Figures, Run, summed
from tests.faults.kills import APIFRAME, FAULTS, OPENAI, OXEN, RUNWARE, WORKERS, priced

RUNS = 300
SITTINGS, A_SITTING = 4, 3  # processes a catalog, and what each asks for
A_CATALOG = 10  # that come to an intent, about: some are killed before
OFFERS = (OPENAI, RUNWARE, APIFRAME, OXEN, "openai/gpt-image-1.5", "openai/gpt-image-1-mini")
# What cuts a call off where the vendor cannot be asked again.
CUTS = (
    *("html", "server_error_before_charge", "server_error_after_charge", "bad_gateway"),
    *("reset_after_charge", "stall", "truncated", "null"),
)
# What is refused only once it was taken on, by vendors whose pages do not tell who pays for that.
REFUSED_LATE = ("moderation",)
# What leaves the last image out, and of one image an answer that tells nothing.
MISSING = ("fewer", "partial")
# What a vendor says it did not make, without saying whether it is billed.
UNSAID = {"oxen": ("partial",)}


@dataclass(frozen=True)
class Wish:
    """One thing asked for."""

    prompt: str
    offer: str
    n: int
    edit: bool


@dataclass(frozen=True)
class Sitting:
    """What one process asks for, which fault strikes it, and where it is killed."""

    wishes: tuple[Wish, ...]
    fault: str
    kill_at: str


def run(runs: int | None, seed: int) -> Figures:
    """So many random runs, about ten of them a catalog."""
    began = time.monotonic()
    catalogs = -(-(RUNS if runs is None else runs) // A_CATALOG)
    done = [
        ended.answer if ended.code == 0 else Run(f"seed {number}", broken=(ended.said,))
        for number, ended in stage.each(accounted, range(seed, seed + catalogs), workers=WORKERS)
    ]
    return summed("ledger", time.monotonic() - began, done)


def accounted(seed: int) -> Run:
    """One catalog: a few processes ask for things, some are killed, and the books are compared."""
    dice = random.Random(seed)
    sittings = [_sitting(dice, number) for number in range(SITTINGS)]
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        ended = [
            stage.fork(_sat, path, each.wishes, faults=each.fault, kill_at=each.kill_at).end()
            for each in sittings
        ]
        broken = [f"ended with {e.code}: {e.said}" for e in ended if e.code and not e.killed]
        broken += [f"printed {e.said}" for e in ended if "Traceback" in e.said]
        lab, charges = stage.fork(truth.opened, path).end().told, truth.bill(path)
    broken += truth.broken(lab, charges)
    low = sum(told.low for told in lab.generations)
    width = sum(told.width for told in lab.generations)
    billed = sum(charge.nano for charge in charges)
    if not low <= billed <= low + width:
        broken.append(f"{billed} was billed in all, and it tells of {low} to {low + width}")
    broken += _without_cause(lab, sittings, ended)
    counted = {
        "generations": len(lab.generations),
        "kills": sum(end.killed for end in ended),
        "charges": len(charges),
        "nano-dollars billed": billed,
        "nano-dollars known": low,
        "nano-dollars possibly": width,
        "generations unknown": sum(told.status == "unknown" for told in lab.generations),
    }
    return Run(f"seed {seed}", counted, broken=tuple(broken))


def _sitting(dice: random.Random, number: int) -> Sitting:
    wishes = tuple(
        Wish(f"{number} {turn}", dice.choice(OFFERS), dice.randint(1, 4), dice.random() < 0.25)
        for turn in range(A_SITTING)
    )
    kill_at = f"{dice.choice(killpoints.POINTS)}:{dice.randint(1, A_SITTING)}"
    return Sitting(
        wishes,
        dice.choice(FAULTS) if dice.random() < 0.6 else "",
        kill_at if dice.random() < 0.4 else "",
    )


def _sat(path: Path, wishes: Sequence[Wish]) -> None:
    with il.open(path, sandbox=True) as lab:
        for wish in wishes:
            priced(lab, wish.offer)
            images = [lab.search()[0]] if wish.edit and len(lab.search()) else None
            with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
                lab.generate(wish.prompt, model=wish.offer, n=wish.n, quality="low", images=images)


def _without_cause(
    lab: truth.Lab, sittings: Sequence[Sitting], ended: Sequence[stage.Ended]
) -> Iterator[str]:
    """Generations whose money is not known, although nothing cut them off."""
    for told in lab.generations:
        number, turn = map(int, told.prompt.split()[:2])
        alone = sittings[number].wishes[turn].n == 1
        late = (
            (*REFUSED_LATE, *UNSAID.get(told.provider, ()))
            if told.provider in truth.ASKABLE
            else ()
        )
        causes = (*CUTS, *late, *(MISSING if alone else ()))
        cut = ended[number].killed or sittings[number].fault in causes
        if told.open_money and not cut:
            fault = sittings[number].fault or "nothing"
            yield f"g{told.id} of {told.provider} is {told.status} after {fault}"
