"""A little of what people do with a lab, in the sandbox, as fast as it goes."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path

import imagelab as il
from imagelab.lab import accounts
from tests import painting

OPENAI, RUNWARE = "openai/gpt-image-2", "runware/gpt-image-1.5"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder that need not outlast the campaign
IN_MEMORY = MEMORY if MEMORY.is_dir() else None


def temporary(path: Path) -> Path:
    """The folder for temporary files of a life with this catalog: on a disk that does not fail."""
    return path.parent.parent.with_name(f"tmp-{path.parent.parent.name}")


def at_once() -> None:
    """Vendors that answer at once and paint roughly, in this process and its children."""
    os.environ |= painting.ROUGHLY
    accounts._SANDBOX_WAITS = 0.0


def painted_once() -> None:
    """Equal pictures are painted once, and looked at once, for all children of this process."""
    painting.remember_pictures()
    painting.remember_looks()


def lived(path: Path) -> None:
    """Images of both vendors, one after another and at once; a rating, and an edit."""
    with redirect_stdout(io.StringIO()), il.open(path, sandbox=True) as lab:
        fox = lab.generate("a red fox in the snow", model=OPENAI, quality="low")
        lab.generate("a blue boat", model=RUNWARE, quality="low", n=2)
        fox[0].rate(5)
        il.wait(
            [
                lab.submit("a green hill", model=OPENAI, quality="low", n=3),
                lab.submit("a house by the sea", model=RUNWARE, quality="low", n=3),
            ]
        )
        fox[0].edit("make it night")
        lab.generate("an owl", model=RUNWARE, quality="low")
