"""One generation in the sandbox against its painting alone, and many calls in flight."""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

import imagelab as il
from imagelab.sandbox.painter import paint
from tests.benchmarks import in_flight
from tests.benchmarks.measure import Result, compared

_ROUNDS = 20


def run(_: int) -> list[Result]:
    return [_one_generation(), *in_flight.run()]


def _one_generation() -> Result:
    os.environ["IMAGELAB_SANDBOX_PACE"] = "0"
    numbers = itertools.count()
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder,
        il.open(Path(folder) / ".imagelab" / "sandbox.db", sandbox=True) as lab,
    ):
        return compared(
            "generate one 1024² image in the sandbox",
            "painting it",
            3,
            _ROUNDS,
            lambda: lab.generate(f"A fox, number {next(numbers)}", quality="low", size="square"),
            lambda: paint("A fox", next(numbers), 1024, 1024),
        )
