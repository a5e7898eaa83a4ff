from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

import imagelab as il
from imagelab.catalog import brought

ADD = """
import sys
import imagelab as il

with il.open(sys.argv[1], sandbox=True) as lab:
    lab.add(sys.argv[2])
"""
COUNT = 130  # more than a transaction takes


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small ones, each another, with words of another tool; one of them is there twice."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(COUNT):
        info = PngImagePlugin.PngInfo()
        info.add_text("parameters", f"fox {number}\nSteps: 20, Sampler: Euler, Seed: 5, Size: 8x8")
        image = Image.new("RGB", (8, 8), (number, 0, 0))
        image.save(folder / f"{number:03}.png", pnginfo=info)
    (folder / "999.png").write_bytes((folder / "000.png").read_bytes())
    return folder


def adding(catalog: Path, pictures: Path, kill_at: str) -> int:
    env = {**os.environ, "IMAGELAB_KILL_AT": kill_at}
    command = [sys.executable, "-c", ADD, str(catalog), str(pictures)]
    return subprocess.run(command, env=env, check=False, capture_output=True).returncode


@pytest.mark.fault
@pytest.mark.parametrize(("point", "durable"), [("adding", 0), ("added", 100), ("adding:2", 100)])
def test_an_import_that_was_killed_is_finished_by_the_next(
    tmp_path: Path, pictures: Path, point: str, durable: int
) -> None:
    path = tmp_path / "sandbox.db"

    assert adding(path, pictures, point) == -9

    with il.open(path, sandbox=True) as lab:
        assert lab.verify(deep=True).ok
        kept = lab.search("is:imported")
        assert len(kept) == durable
        added = lab.add(pictures)
        assert len(added.new) == COUNT - durable
        assets = lab.search("is:imported")
        assert len({asset.sha256 for asset in assets}) == len(assets) == COUNT
        assert len(lab.search("is:imported fox")) == COUNT
        with lab._engine.catalog.reading() as db:
            assert all(brought.story(db, asset.id) for asset in assets)
        assert lab.verify(deep=True).ok
