"""Kills: a paid call ended at every named point under every wire fault, or at any moment at all.

A call that nobody kills tells by which points it comes, and whether the fault strikes it. What
would repeat another case is then left out: points that the call does not come by; faults that
its vendor has no occasion for; points before anything is sent, where no fault has struck yet;
where the call got over its fault, the points after the reply is staged, which go on from the
very same reply; and what `TOGETHER` does not name of a vendor that is like another.
`python -m tests.faults kills --runs 10000` leaves nothing out.
"""

from __future__ import annotations

import os
import random
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

import imagelab as il
from imagelab import killpoints
from imagelab.domain.money import Cost
from imagelab.errors import ImagelabError
from imagelab.sandbox import odd_answers
from imagelab.sandbox.faults import TABLE
from tests.faults import stage, truth, way
from tests.faults.figures import Figures, Run, summed

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
APIFRAME, OXEN = "apiframe/gpt-image-1.5", "oxen/gpt-image-2"
KINDS = (OPENAI, RUNWARE, APIFRAME, OXEN)
# Answers that no page describes are tried at every vendor by themselves: see `wires`.
_DESCRIBED = [row for row in TABLE if row not in odd_answers.TABLE]
FAULTS = ("", *(name for name, place, *_ in _DESCRIBED if place != "stream"))
STREAM_FAULTS = tuple(name for name, place, *_ in _DESCRIBED if place == "stream")
PROMPT = "a red fox in the snow"
WORKERS = 4  # the vendors' silences are most of the time
MOST_KILLS_IN_A_ROW = 4

# Points that a plain generation never comes by, and the scenario that does.
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "open": ("claiming",),
    "settle": (),
    "batch": ("reserved",),
    "backup": ("backup_rows", "backup_blobs", "backup_switch"),
    "merge": ("merging", "merged"),
    "add": ("adding", "added"),
    "offload": ("offloaded", "offloading", "bringing"),
    "stream": ("streamed",),
}
UNSENT = ("migrating", "intent")  # points before anything is sent
AFTER = ("keeping", "kept", "settling", "done")  # points that go on from a staged reply
# Points that a later opening comes by as well, or a stream by its third event, the image.
AGAIN: Mapping[str, tuple[str, ...]] = {
    "open": AFTER,
    "stream": ("streamed:3", "keeping", "settling", "done"),
}
# Where a fault and a kill tell something together. Apiframe's life is Runware's but for the way
# it is found again, which is before its ids are known.
TOGETHER: Mapping[str, tuple[str, ...]] = {APIFRAME: ("posted", "accepted"), OXEN: ("posted",)}
NOTED = ("generate", "stream")  # scenarios whose way is told where nobody kills
PAYS = tuple(name for name, place, *_ in _DESCRIBED if place == "pay")


@dataclass(frozen=True)
class Case:
    """Where the process is killed, in what scenario, and what the vendor does."""

    scenario: str
    kind: str
    point: str
    fault: str = ""

    def __str__(self) -> str:
        parts = (self.scenario, self.kind.partition("/")[0], self.point or "never")
        return " ".join((*parts, self.fault or "well"))


@dataclass(frozen=True)
class Chance:
    """A seed, and how long a process lives that nobody kills, by kind."""

    seed: int
    lives: Mapping[str, float]


def run(runs: int | None, seed: int) -> Figures:
    """Every case that repeats no other; of all of them so many, if that is said, as the seed picks."""
    began = time.monotonic()
    every = list(cases())
    if runs is None:
        calm = _done([case for case in every if not case.point])
        done = calm | _done([case for case in every if case.point and _tells(case, calm)])
    else:
        done = _done(random.Random(seed).sample(every, min(runs, len(every))))
    return summed("kills", time.monotonic() - began, done.values())


def _done(chosen: Sequence[Case]) -> dict[Case, Run]:
    return {
        case: ended.answer if ended.code == 0 else Run(str(case), broken=(ended.said,))
        for case, ended in stage.each(killed, chosen, workers=WORKERS)
    }


def _tells(case: Case, calm: Mapping[Case, Run]) -> bool:
    """Whether a kill is none that another case has already."""
    if case.scenario != "generate":
        return True
    unkilled, well = (calm[replace(case, point="", fault=name)] for name in (case.fault, ""))
    if way.came_by(case.point) not in unkilled.counted:
        return False
    if not case.fault:
        return True
    got_over = case.fault in PAYS and unkilled.ended == well.ended
    repeats = (*UNSENT, *AFTER) if got_over else UNSENT
    together = case.point in TOGETHER.get(case.kind, killpoints.POINTS)
    return together and case.point not in repeats and bool(unkilled.counted[way.met(case.fault)])


def run_random(runs: int | None, seed: int) -> Figures:
    """SIGKILL at moments that a seed picks, several times in a row, and then a recovery."""
    began = time.monotonic()
    with stage.folder() as folder:
        lives = {kind: _life(folder / f"{n}" / "sandbox.db", kind) for n, kind in enumerate(KINDS)}
    chances = [Chance(seed + number, lives) for number in range(30 if runs is None else runs)]
    done = [
        ended.answer if ended.code == 0 else Run(f"seed {chance.seed}", broken=(ended.said,))
        for chance, ended in stage.each(killed_at_random, chances, workers=WORKERS)
    ]
    return summed("random", time.monotonic() - began, done)


def cases() -> Iterator[Case]:
    """All of them, also those that seem to have no effect."""
    elsewhere = [point for points in ELSEWHERE.values() for point in points]
    for kind in KINDS:
        points = ("", *(point for point in killpoints.POINTS if point not in elsewhere))
        for fault in FAULTS:
            for point in points:
                yield Case("generate", kind, point, fault)
        for scenario, only in ELSEWHERE.items():
            if scenario in ("stream", "add") and kind != OPENAI:
                continue
            for point in ("", *only, *AGAIN.get(scenario, ())):
                yield Case(scenario, kind, point)
    for fault in STREAM_FAULTS:
        for point in ("", "streamed", "settling"):
            yield Case("stream", OPENAI, point, fault)


def killed(case: Case) -> Run:
    """One case: the first process is killed, a second takes up what it left, a third looks again."""
    with stage.folder() as folder:
        path = folder / "sandbox.db"
        first = SCENARIOS[case.scenario](path, case)
        return _looked_after(str(case), path, [first], case)


def killed_at_random(chance: Chance) -> Run:
    """Processes that go on where the last one was killed, each killed at some moment of its life."""
    dice = random.Random(chance.seed)
    kind = dice.choice(KINDS)
    with stage.folder() as folder:
        path, ended = folder / "sandbox.db", []
        for number in range(dice.randint(1, MOST_KILLS_IN_A_ROW)):
            child = stage.fork(generate, path, kind, f"{PROMPT} {number}")
            time.sleep(dice.uniform(0, 1.2 * chance.lives[kind]))
            child.kill()
            ended.append(child.end())
        return _looked_after(f"seed {chance.seed}", path, ended)


def generate(path: Path, kind: str, prompt: str = PROMPT) -> None:
    """What a person does who asks for two images and waits."""
    with il.open(path, sandbox=True) as lab:
        truth.settle(lab)
        priced(lab, kind)
        generation = lab.submit(prompt, model=kind, quality="low", n=2)
        with suppress(ImagelabError), warnings.catch_warnings(action="ignore"):
            generation.wait(truth.WAITS_SECONDS)


def priced(lab: il.Lab, kind: str) -> None:
    """Read the prices of a vendor whose pages tell none, so that its bill has something to lie in."""
    if kind == OXEN:
        lab.models(refresh=True)


def _generating(path: Path, case: Case) -> stage.Ended:
    if case.point:
        return stage.fork(generate, path, case.kind, faults=case.fault, kill_at=case.point).end()
    return stage.fork(way.noted, generate, path, case.kind, faults=case.fault).end()


def _opening(path: Path, case: Case) -> stage.Ended:
    """Killed while taking up what another killed process left."""
    left_at = "staged" if case.kind == OPENAI else "posted"
    assert stage.fork(generate, path, case.kind, kill_at=left_at).end().killed
    return stage.fork(truth.opened, path, kill_at=case.point).end()


def _settling(path: Path, case: Case) -> stage.Ended:
    """Killed while a person closes what cannot be known."""
    left_at = "posted" if case.kind == OPENAI else "sent"
    assert stage.fork(generate, path, case.kind, kill_at=left_at).end().killed
    billed = sum(charge.nano for charge in truth.bill(path))
    return stage.fork(_settled_by_hand, path, billed, kill_at=case.point).end()


def _settled_by_hand(path: Path, billed: int) -> None:
    """As the vendor's usage page has it."""
    with il.open(path, sandbox=True) as lab:
        truth.settle(lab)
        lab.generation(1).settle(Cost.from_nano(billed) if billed else False)


def _batching(path: Path, case: Case) -> stage.Ended:
    """Killed while a batch is reserved and sent."""
    return stage.fork(_batched, path, case.kind, kill_at=case.point).end()


def _batched(path: Path, kind: str) -> None:
    with il.open(path, sandbox=True) as lab:
        priced(lab, kind)
        lab.batch([f"{PROMPT} {number}" for number in range(2)], model=kind, quality="low")


def _backing_up(path: Path, case: Case) -> stage.Ended:
    """Killed while the catalog is copied, which is no matter to it."""
    assert stage.fork(generate, path, case.kind).end().code == 0
    return stage.fork(_backed_up, path, kill_at=case.point).end()


def _backed_up(path: Path) -> None:
    with il.open(path, sandbox=True) as lab:
        lab.backup(path.with_name("copies") / "copy.db")


def _merging(path: Path, case: Case) -> stage.Ended:
    """Killed while another takes the catalog in, which is no matter to it."""
    assert stage.fork(generate, path, case.kind).end().code == 0
    return stage.fork(_merged, path, kill_at=case.point).end()


def _merged(path: Path) -> None:
    with il.open(path.with_name("other") / path.name, sandbox=True) as lab:
        lab.merge(path)


def _adding(path: Path, case: Case) -> stage.Ended:
    """Killed while pictures from elsewhere are taken in beside what was paid for."""
    assert stage.fork(generate, path, case.kind).end().code == 0
    return stage.fork(_added, path, kill_at=case.point).end()


def _added(path: Path) -> None:
    with il.open(path, sandbox=True) as lab:
        lab.add(Image.new("RGB", (8, 8), "teal"))


def _offloading(path: Path, case: Case) -> stage.Ended:
    """Killed while originals are moved out of the catalog, and taken back."""
    assert stage.fork(generate, path, case.kind).end().code == 0
    return stage.fork(_offloaded, path, kill_at=case.point).end()


def _offloaded(path: Path) -> None:
    with il.open(path, sandbox=True) as lab:
        lab.offload(path.with_name("store"))
        lab.offload(None)


def _streaming(path: Path, case: Case) -> stage.Ended:
    """Killed while an answer arrives as events."""
    if case.point:
        return stage.fork(_streamed, path, faults=case.fault, kill_at=case.point).end()
    return stage.fork(way.noted, _streamed, path, faults=case.fault).end()


def _streamed(path: Path) -> None:
    os.environ["IMAGELAB_SANDBOX_PACE"] = "1"  # so that its events come apart
    with il.open(path, sandbox=True) as lab, suppress(ImagelabError):
        lab.generate(PROMPT, model=OPENAI, quality="low", previews=2)


SCENARIOS: Mapping[str, Callable[[Path, Case], stage.Ended]] = {
    "generate": _generating,
    "open": _opening,
    "settle": _settling,
    "batch": _batching,
    "backup": _backing_up,
    "merge": _merging,
    "add": _adding,
    "offload": _offloading,
    "stream": _streaming,
}


def _looked_after(
    name: str, path: Path, ended: Sequence[stage.Ended], case: Case | None = None
) -> Run:
    """What two later openings say, held against the bill and against each other."""
    faults = case.fault if case else ""
    after = stage.fork(truth.opened, path, faults=faults).end()
    again = stage.fork(truth.opened, path, faults=faults).end()
    broken = [said for end in ended for said in _unseemly(end)]
    broken += [said for end in (after, again) for said in _unseemly(end, may_die=False)]
    if broken:
        return Run(name, broken=tuple(broken))
    charges, lab = truth.bill(path), after.told
    broken += truth.broken(lab, charges)
    if again.told != lab:
        broken.append(f"changed by looking again: {lab} became {again.told}")
    return Run(name, _counted(ended, lab, charges, case), _ended(lab, charges), tuple(broken))


def _unseemly(ended: stage.Ended, *, may_die: bool = True) -> Iterator[str]:
    """What nobody wants to see of a process: it ended in another way, or showed its insides."""
    if ended.code and not (may_die and ended.killed):
        yield f"ended with {ended.code}: {ended.said}"
    elif "Traceback" in ended.said:
        yield f"printed {ended.said}"


def _counted(
    ended: Sequence[stage.Ended],
    lab: truth.Lab,
    charges: Sequence[truth.Charge],
    case: Case | None,
) -> dict[str, int]:
    kills = sum(end.killed for end in ended)
    counted = {
        "kills": kills,
        "charges": len(charges),
        "images billed": sum(charge.images for charge in charges),
        "images kept": sum(told.images for told in lab.generations),
        "generations unknown": sum(told.status == "unknown" for told in lab.generations),
        "paid twice": sum(truth.paid_twice(told, charges) for told in lab.generations),
    }
    if case and case.point:
        counted |= {f"reached {case.point}": kills, "not killed": not kills}
    elif case and case.scenario in NOTED:
        counted |= ended[0].told.counted(case.fault)
    return counted


def _ended(lab: truth.Lab, charges: Sequence[truth.Charge]) -> str:
    """The last generation: its status, whether it says it was charged, its images; the charges."""
    if not lab.generations:
        return "nothing"
    last = lab.generations[-1]
    said = "+".join(call[2] for call in last.calls)
    return f"{last.status}, charged {said}, {last.images} images, {len(charges)} charges"


def _life(path: Path, kind: str) -> float:
    """Seconds; of a second one, for which all has been painted as for those that follow."""
    assert stage.fork(generate, path.with_name("first.db"), kind).end().code == 0
    began = time.monotonic()
    assert stage.fork(generate, path, kind).end().code == 0
    return time.monotonic() - began
