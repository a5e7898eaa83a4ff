"""The sandbox's painter in a hurry: a sketch will do, and no picture is painted twice."""

from __future__ import annotations

import functools

from imagelab.sandbox import encode

ROUGHLY = {"IMAGELAB_SANDBOX_PACE": "0", encode.SKETCH: "16"}  # of vendors that answer at once


def remember(most: int | None = None) -> None:
    """Have this process and its forks paint equal pictures once; remember so many, or all."""
    encode._rendered = functools.lru_cache(most)(encode._rendered.__wrapped__)
