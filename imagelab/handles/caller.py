"""Where a warning belongs: at the caller's own line, not at one of ours."""

from __future__ import annotations

import sys
import warnings


def warn(sentence: str) -> None:
    """Say it once for that line of the caller's, as warnings are."""
    frame, level = sys._getframe(1), 1  # noqa: SLF001 - as warnings' skip_file_prefixes of 3.12 does
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("imagelab."):
        frame, level = frame.f_back, level + 1
    warnings.warn(sentence, stacklevel=level + 1)
