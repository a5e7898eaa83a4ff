"""Which Chromium the browser tests drive: one on the machine, else one fetched by the set-up.

`python -m tests.browser.chromium` is the set-up: it prints where the browser is, and fetches
one where there is none, and the oldest JupyterLab. The tests themselves only look.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import oldest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OPTIONS = [
    "--no-sandbox",  # tests also run as root, in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = "no Chromium for the browser tests: install the package chromium, or put one on PATH"


def found() -> str | None:
    """The path of a Chromium that is there."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _playwrights_own()


def fetched() -> str | None:
    """One fetched now, as politely as it goes: Playwright's into its own cache, else a package."""
    for command in _ways():
        print("+", *command, flush=True)
        subprocess.run(command, check=False, timeout=600)
        if path := found():
            return path
    return None


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _ways() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:  # the machine's owner, then; anybody else is told what to install
        ways += [[apt, "update"], [apt, "install", "--yes", "--no-install-recommends", "chromium"]]
    return ways


if __name__ == "__main__":
    path = found() or fetched()
    if path is None:
        sys.exit(ADVICE)
    print(path)
    if not oldest.fetch():
        sys.exit(oldest.ADVICE)
