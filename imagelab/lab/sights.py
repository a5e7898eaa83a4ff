"""How far a generation is known to be, for a line and for a card."""

from __future__ import annotations

from imagelab import clock
from imagelab.domain.cost_words import price
from imagelab.domain.records import GenerationRow
from imagelab.handles.cards import progress_card
from imagelab.handles.pictures import Picture, rough
from imagelab.jobs.job import Job
from imagelab.jobs.progress import Sight


def sight(row: GenerationRow, job: Job | None) -> Sight:
    """How far it is known to be: a vendor that says nothing is shown as time passing."""
    if job is None:
        since = (clock.now() - row.created_at).total_seconds()
        line = f"g{row.id}: carried by another process for {since:.0f} s"
        return Sight(line, progress_card(row, row.arrived, since, None))
    part = f", {job.fraction:.0%}" if job.fraction is not None else ""
    line = f"g{row.id}: {job.arrived} of {job.images}, {job.seconds:.0f} s{part}, {price(row)}"
    card = progress_card(row, job.arrived, job.seconds, job.fraction, preview_of(job))
    return Sight(line, card)


def preview_of(job: Job | None) -> Picture | None:
    return rough(job.preview) if job and job.preview else None
