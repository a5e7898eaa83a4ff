"""What is under way in this process: how far vendors say it is, with the rough pictures they sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagelab.catalog import arguments
from imagelab.catalog.answer import Answer
from imagelab.handles.pictures import rough
from imagelab.jobs.runner import Runner

_MOST = 20


def underway(runner: Runner, asked: Mapping[str, Any]) -> Answer:
    """Of each generation that a page asks about and this process carries.

    `fraction` is None where its vendor says nothing, `picture` where it sent none; neither is
    kept in the catalog.
    """
    wanted = set(arguments.numbers(asked, _MOST))
    told: list[dict[str, Any]] = []
    parts: list[bytes] = []
    at = 0
    for job in [job for job in runner.open_jobs() if job.generation in wanted]:
        small = rough(job.preview) if job.preview else None
        place = {"type": small[1], "at": at, "size": len(small[0])} if small else None
        told.append({"id": job.generation, "fraction": job.fraction, "picture": place})
        parts += [small[0]] if small else []
        at += len(small[0]) if small else 0
    return Answer({"jobs": told}, tuple(parts))
