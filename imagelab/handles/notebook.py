"""Whether a notebook is looking, which shows more than lines of text."""

from __future__ import annotations

import sys


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, which shows widgets; IPython is never imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython and hasattr(ipython, "get_ipython") else None
    return hasattr(shell, "kernel")
