from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import arrivals, thumbnails
from imagelab.catalog.blobs import Blob
from imagelab.domain.arrival import Arrival
from imagelab.handles.asset import Asset
from imagelab.jobs.looker import look_at

KEPT_AND_KILLED = """
import os, signal, sys
import imagelab as il
from imagelab.jobs.looker import Looker

Looker._look = lambda self, sha256: None  # nobody gets to look
lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a red fox in the snow", quality="low", n=2)
os.kill(os.getpid(), signal.SIGKILL)
"""


def kept(lab: il.Lab, data: bytes) -> Asset:
    """An image that arrives beside the others of a generation."""
    generation = lab.generate("fox", quality="low")
    with lab._engine.catalog.writing() as db:
        call = db.execute("SELECT uuid FROM call").fetchone()[0]
        number = arrivals.keep_image(db, call, Arrival(index=5), Blob.of(data, "png", 64, 48))
    assert generation.status == "succeeded"
    return lab.asset(number)


def test_a_damaged_image_keeps_its_bytes_is_marked_and_has_no_thumbnail(
    lab: il.Lab, png: Callable[..., bytes]
) -> None:
    damaged = png()[:-40]
    asset = kept(lab, damaged)

    lab._engine.looker.wait_for(asset.sha256)

    with lab._engine.catalog.reading() as db:
        said = db.execute("SELECT damaged FROM asset WHERE id = ?", (asset.id,)).fetchone()[0]
        small = thumbnails.read(db, asset.sha256)
    assert lab.asset(asset.id).read() == damaged
    assert said
    assert small is None


def test_an_image_asked_for_at_once_by_many_is_looked_at(
    lab: il.Lab, png: Callable[..., bytes]
) -> None:
    asset = kept(lab, png("navy"))

    for _ in range(50):
        lab._engine.looker.wait_for(asset.sha256)

    with lab._engine.catalog.reading() as db:
        assert thumbnails.read(db, asset.sha256)
        assert thumbnails.missing(db) == []


def test_a_look_says_what_is_to_be_seen(png: Callable[..., bytes]) -> None:
    look = look_at(png("teal"))

    assert look.data
    assert (look.transparent, look.damaged) == (False, None)
    assert isinstance(look.likeness, int)


def test_a_look_at_no_image_says_why(png: Callable[..., bytes]) -> None:
    look = look_at(png()[:60])

    assert (look.data, look.media_type, look.likeness) == (None, None, None)
    assert look.damaged


@pytest.mark.fault
def test_what_a_killed_process_did_not_look_at_is_caught_up(catalog_path: Path) -> None:
    command = [sys.executable, "-c", KEPT_AND_KILLED, str(catalog_path)]
    killed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    with il.open(catalog_path, sandbox=True) as lab:
        lab._engine.looker.wait()
        with lab._engine.catalog.reading() as db:
            missing = thumbnails.missing(db)
            made = db.execute("SELECT count(*) FROM thumbnail").fetchone()[0]

    assert killed.returncode == -9, killed.stderr
    assert (missing, made) == ([], 2)
