"""Every named moment of a paid call, for a vendor that can be asked again and one that cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab import killpoints
from imagelab.errors import ImagelabError
from imagelab.sandbox.book import Book

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
SIGKILLED = -9
POSTED = ("posted", "part", "staged", "accepted", "keeping", "kept", "settling", "done")
STAGED = ("staged", "keeping", "kept", "settling", "done")
KILLS = [
    pytest.param((model, point), id=f"{model.partition('/')[0]}-{point}")
    for model in (OPENAI, RUNWARE)
    for point in killpoints.POINTS
    if (model, point) != (OPENAI, "accepted")  # OpenAI has no ids to accept
    and point != "reserved"  # a batch's, see tests/lab/test_batch_faults.py
]
FAULTS: dict[str, dict[str, tuple[str, str, int]]] = {
    # What the vendor does: our status, our word on the charge, the images that are kept.
    OPENAI: {
        "reset_after_charge": ("unknown", "unknown", 0),
        "server_error_after_charge": ("unknown", "unknown", 0),
        "server_error_before_charge": ("unknown", "unknown", 0),
        "bad_gateway": ("unknown", "unknown", 0),
        "stall": ("unknown", "unknown", 0),
        "html": ("unknown", "unknown", 0),
        "truncated": ("unknown", "unknown", 0),
        "null": ("unknown", "unknown", 0),
        "not_an_image": ("failed", "yes", 0),
        "fewer": ("partial", "yes", 1),
        "connect": ("succeeded", "yes", 2),
        "rate_limit": ("succeeded", "yes", 2),
        "quota": ("failed", "no", 0),
        "auth": ("failed", "no", 0),
        "moderation": ("failed", "no", 0),
    },
    RUNWARE: {
        "reset_after_charge": ("succeeded", "yes", 2),
        "server_error_after_charge": ("succeeded", "yes", 2),
        "server_error_before_charge": ("succeeded", "yes", 2),
        "bad_gateway": ("succeeded", "yes", 2),
        "stall": ("succeeded", "yes", 2),
        "truncated": ("succeeded", "yes", 2),
        "null": ("succeeded", "yes", 2),
        "not_an_image": ("failed", "yes", 0),
        "partial": ("partial", "yes", 1),
        "connect": ("succeeded", "yes", 2),
        "rate_limit": ("succeeded", "yes", 2),
        "quota": ("failed", "no", 0),
        "auth": ("failed", "no", 0),
        "poll_server_error": ("succeeded", "yes", 2),
        "poll_reset": ("succeeded", "yes", 2),
        "expired": ("succeeded", "yes", 2),
        "download_reset": ("succeeded", "yes", 2),
    },
}
STRUCK = [
    pytest.param((model, fault), id=f"{model.partition('/')[0]}-{fault}")
    for model, faults in FAULTS.items()
    for fault in faults
]

GENERATE = """
import sys
import imagelab as il

with il.open(sys.argv[1], sandbox=True) as lab:
    il.wait([lab.submit("a red fox in the snow", model=sys.argv[2], quality="low", n=2)])
"""

LEDGER = "SELECT asset, amount_nano, high_nano, note FROM ledger ORDER BY position"


@dataclass(frozen=True)
class Told:
    """What a lab says of its only generation, and what else is there."""

    status: str
    call: tuple[str, str, int]
    images: tuple[int, ...]
    whole: bool
    ledger: tuple[tuple[Any, ...], ...]
    events: int
    staged: tuple[str, ...]
    check: str

    @property
    def amount(self) -> int:
        return sum(line[1] or 0 for line in self.ledger)


@dataclass(frozen=True)
class Walk:
    """One run in a process of its own, and how it looks to two labs that open it after that."""

    code: int
    error: str
    after: Told
    again: Told
    billed: tuple[tuple[int, int], ...]


Walks = Callable[[tuple[str, str]], Walk]


def generated(path: Path, model: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "IMAGELAB_SANDBOX_PACE": "0", **settings}
    command = [sys.executable, "-c", GENERATE, str(path), model]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def told(path: Path, opened: il.Lab | None = None) -> Told:
    with nullcontext(opened) if opened else il.open(path, sandbox=True) as lab:
        generation = lab.generation(1)
        with suppress(ImagelabError, UserWarning):  # what it came to is read below
            generation.wait()
        whole = all(asset.read() and asset.image for asset in generation)
        catalog = lab._engine.catalog
        with catalog.reading() as db:
            calls = db.execute("SELECT state, charged, images FROM call").fetchall()
            ledger = tuple(tuple(line) for line in db.execute(LEDGER).fetchall())
            events = db.execute("SELECT count(*) FROM event").fetchone()[0]
        assert len(calls) == 1
        status, images = generation.status, tuple(asset.id for asset in generation)
        check = catalog.quick_check()
    staged = tuple(sorted(p.suffix for p in path.with_name("staging").glob("*")))
    return Told(status, tuple(calls[0]), images, whole, ledger, events, staged, check)


def walked(folder: Path, model: str, point: str) -> Walk:
    path = folder / "lab" / "sandbox.db"
    run = generated(path, model, IMAGELAB_KILL_AT=point)
    return Walk(run.returncode, run.stderr, told(path), told(path), billed(path))


def billed(path: Path) -> tuple[tuple[int, int], ...]:
    """What the vendor thinks it is owed: the amount and the images of each charge."""
    bill = Book(path.with_name("sandbox.book")).bill()
    return tuple((charge.nano, charge.images) for charge in bill)


def covered(ledger: Told, billed: tuple[tuple[int, int], ...]) -> bool:
    """Whether the ledger has what was billed: the amount, or an upper price while it is unknown."""
    charged = sum(nano for nano, _ in billed)
    if all(line[1] is not None for line in ledger.ledger):
        return ledger.amount == charged
    return ledger.amount + sum(line[2] or 0 for line in ledger.ledger) >= charged


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Walks:
    """All of them, a few at a time: most of the time of each is spent in starting Python."""
    folder = tmp_path_factory.mktemp("kills")
    cases: list[Any] = [param.values[0] for param in KILLS]
    with ThreadPoolExecutor(4) as pool:
        running = {
            case: pool.submit(walked, folder / f"{number}", *case)
            for number, case in enumerate(cases)
        }
    return lambda case: running[case].result()


@pytest.mark.fault
@pytest.mark.parametrize("kill", KILLS)
def test_every_named_point_is_reached_and_the_catalog_survives_it(
    killed: Walks, kill: tuple[str, str]
) -> None:
    walk = killed(kill)

    assert walk.code == SIGKILLED, walk.error
    assert walk.after.check == "ok"


@pytest.mark.fault
@pytest.mark.parametrize("kill", KILLS)
def test_a_killed_call_is_billed_once_at_most_and_every_charge_is_in_the_ledger(
    killed: Walks, kill: tuple[str, str]
) -> None:
    walk = killed(kill)

    assert len(walk.billed) == (kill[1] in POSTED)
    assert covered(walk.after, walk.billed)


@pytest.mark.fault
@pytest.mark.parametrize("kill", KILLS)
def test_taking_up_a_killed_call_twice_changes_nothing(
    killed: Walks, kill: tuple[str, str]
) -> None:
    walk = killed(kill)

    assert walk.again == walk.after


@pytest.mark.fault
@pytest.mark.parametrize("point", STAGED)
def test_openai_images_are_kept_once_the_reply_was_staged(killed: Walks, point: str) -> None:
    after = killed((OPENAI, point)).after

    assert (after.status, after.images, after.whole) == ("succeeded", (1, 2), True)
    assert after.staged == ()


@pytest.mark.fault
@pytest.mark.parametrize("point", ["sent", "posted", "part"])
def test_openai_killed_before_its_reply_is_staged_may_have_been_billed(
    killed: Walks, point: str
) -> None:
    after = killed((OPENAI, point)).after

    assert (after.status, after.images) == ("unknown", ())
    [(asset, amount, high, note)] = after.ledger
    assert (asset, amount, note) == (None, None, "possibly billed, no image")
    assert high > 0


@pytest.mark.fault
@pytest.mark.parametrize("model", [OPENAI, RUNWARE])
def test_killed_before_anything_was_sent_is_cancelled_and_free(killed: Walks, model: str) -> None:
    after = killed((model, "intent")).after

    assert (after.status, after.ledger) == ("cancelled", ())


@pytest.mark.fault
@pytest.mark.parametrize("point", POSTED)
def test_runware_images_are_all_kept_wherever_it_was_killed(killed: Walks, point: str) -> None:
    after = killed((RUNWARE, point)).after

    assert (after.status, after.images, after.whole) == ("succeeded", (1, 2), True)
    assert after.staged == ()


@pytest.mark.fault
def test_runware_killed_before_the_post_is_not_paid_by_opening_the_catalog(killed: Walks) -> None:
    walk = killed((RUNWARE, "sent"))

    assert (walk.after.status, walk.billed) == ("unknown", ())


@pytest.mark.fault
@pytest.mark.parametrize("fault", STRUCK)
def test_a_fault_of_the_vendor_ends_as_the_table_says_and_is_billed_once_at_most(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, str]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault[1])
    with il.open(catalog_path, sandbox=True) as lab:
        lab.submit("a red fox in the snow", model=fault[0], quality="low", n=2)
        after = told(catalog_path, lab)
    again = told(catalog_path)

    assert (after.status, after.call[1], len(after.images)) == FAULTS[fault[0]][fault[1]]
    assert len(billed(catalog_path)) <= 1
    assert covered(after, billed(catalog_path))
    assert again == after
