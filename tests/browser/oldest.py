"""The oldest JupyterLab that is supported, beside the newest, which the environment has.

`python -m tests.browser.oldest` is its set-up, which `tests.browser.chromium` does too: it
fetches that one package into a folder of its own. Everything under it, from Jupyter's server
to the kernel and our package, is the environment's: the page is what differs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

VERSION = "4.0.0"  # as `dependencies` of the extra `lab` say
ADVICE = "no JupyterLab 4.0 for its test: python -m tests.browser.chromium fetches it"
_FOLDER = Path(sys.prefix) / "share" / "imagelab-tests" / f"jupyterlab-{VERSION}"
_APP = _FOLDER / "share" / "jupyter" / "lab"


def found() -> dict[str, str] | None:
    """The environment that has a server take it, if it is there."""
    if not (_APP / "static" / "index.html").exists():
        return None
    return {"PYTHONPATH": str(_FOLDER), "JUPYTERLAB_DIR": str(_APP)}


def fetch() -> bool:
    """Fetch it, unless it is there; whether it is there now."""
    if found() is None:
        what = [f"jupyterlab=={VERSION}", "--no-deps", "--target", str(_FOLDER)]
        command = [sys.executable, "-m", "pip", "install", "--quiet", *what]
        print("+", *command, flush=True)
        subprocess.run(command, check=False, timeout=600)
    return found() is not None


if __name__ == "__main__":
    sys.exit(None if fetch() else ADVICE)
