"""Folders that are made for good: synced where their names stand, or not there at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from imagelab.catalog import folders


def test_every_folder_that_is_made_is_synced_in_the_one_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda opened: synced.append(os.fstat(opened).st_ino))

    folders.make(tmp_path / "a" / "b")

    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_folder_that_is_there_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    folders.make(tmp_path)

    assert synced == []


def test_a_folder_that_could_not_be_made_durable_is_not_there_for_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)

    with pytest.raises(OSError, match="Input/output error"):
        folders.make(tmp_path / "a")

    assert not (tmp_path / "a").exists()
