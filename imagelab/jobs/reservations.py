"""Batches that still reserve money although nobody will spend it: their process is gone."""

from __future__ import annotations

import sqlite3

from imagelab.catalog import batches
from imagelab.jobs.owner import abandoned


def left_behind(db: sqlite3.Connection) -> list[int]:
    """The numbers of the open batches that nobody sends any more."""
    return [found.id for found in batches.open_batches(db) if abandoned(found.owner, found.hold)]
