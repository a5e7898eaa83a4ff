"""What several tests of catalogs begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.merging import generate, writing


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A catalog with one image, into which others are merged."""
    path = tmp_path / "ours" / "c.db"
    with writing(path) as db:
        generate(db, "koi", 1)
    return path
