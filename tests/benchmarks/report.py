"""What a run is written down as: the figures, and the machine and versions they come from."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

import imagelab as il
from tests.benchmarks.measure import Result

_PACKAGES = (
    "anywidget",
    "h11",
    "httpx",
    "ipywidgets",
    "llm",
    "pandas",
    "pillow",
    "pyarrow",
    "pybase64",
    "sqlite-utils",
)


def as_json(groups: Mapping[str, Sequence[Result]], seconds: Mapping[str, float]) -> str:
    """Every figure with its group, ratio and goal, under the versions and the machine."""
    figures = [
        {
            "group": group,
            "path": result.path,
            "ours_ms": round(result.ours_ms, 4),
            "p95_ms": _rounded(result.p95_ms),
            "worst_ms": _rounded(result.worst_ms),
            "against": result.against,
            "against_ms": round(result.bound_ms, 4),
            "ratio": round(result.ratio, 4),
            "goal": result.goal,
            "met": result.met,
        }
        for group, results in groups.items()
        for result in results
    ]
    told = {"versions": versions(), "machine": machine(), "seconds": dict(seconds)}
    return json.dumps({**told, "figures": figures}, indent=1, ensure_ascii=False) + "\n"


def versions() -> dict[str, str]:
    """Of Python, SQLite, imagelab and what the figures depend on; what is not installed is not told."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    found["imagelab"] = il.__version__
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, object]:
    """Kind, processors and memory; no name of a host, of a user or of a folder."""
    return {
        "system": platform.system(),
        "kind": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
    }


def headline() -> str:
    """The line over the table."""
    known, here = versions(), machine()
    return (
        f"Python {known['python']}, SQLite {known['sqlite']}, imagelab {known['imagelab']}; "
        f"{here['kind']}, {here['cores']} cores, {here['memory_gb']} GB"
    )


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if not about.exists():
        return platform.processor()
    named = (
        line for line in about.read_text("utf-8").splitlines() if line.startswith("model name")
    )
    return next(named, ":").split(":", 1)[1].strip()


def _rounded(taken: float | None) -> float | None:
    return None if taken is None else round(taken, 4)
