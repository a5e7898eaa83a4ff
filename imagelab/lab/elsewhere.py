"""A generation that another process carries, or nobody: it is looked at until it is settled."""

from __future__ import annotations

from collections.abc import Callable

from imagelab import clock
from imagelab.catalog import rows
from imagelab.domain.records import FINAL, GenerationRow
from imagelab.jobs.job import Job
from imagelab.jobs.waiting import job_settled
from imagelab.lab.engine import Engine

_LOOK_SECONDS = 0.2
_ADOPT_SECONDS = 2.0  # between looks for a process that died; its lease is its being alive


class Elsewhere:
    """Looks at one row, and goes on with the work should its process be gone."""

    def __init__(
        self, engine: Engine, row: GenerationRow, job_of: Callable[[], Job | None]
    ) -> None:
        self._engine, self._row, self._job_of = engine, row, job_of
        self._looked_at = self._asked_at = float("-inf")

    def settled(self, seconds: float) -> bool:
        """Whether it has ended, after at most so many seconds; MissingKeyError if nobody can go on."""
        job = self._job_of()
        if job is not None:
            return job_settled(job, seconds)
        if clock.monotonic() - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = clock.monotonic()
            if self._ended():
                return True
            self._adopt()
        if seconds:
            clock.sleep(seconds)
        return False

    def _ended(self) -> bool:
        with self._engine.catalog.reading() as db:
            row = rows.generation(db, self._row.id)
        return row is None or row.status in FINAL

    def _adopt(self) -> None:
        if clock.monotonic() - self._asked_at < _ADOPT_SECONDS:
            return
        self._asked_at = clock.monotonic()
        for orphan in self._engine.orphans():
            if orphan.generation == self._row.id:
                self._engine.adopt(orphan)  # says which key is missing
