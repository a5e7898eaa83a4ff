"""What the disk that loses power may keep, and what it must."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.model import SECTOR_BYTES, Disk
from tests.faults.operations import Operation

ROOT = Path("/lab")
PART, NAMED = str(ROOT / "part"), str(ROOT / "named")
WRITTEN = b"\x01" * SECTOR_BYTES * 4
STAGED = (Operation("create", PART), Operation("write", PART, 0, WRITTEN))
RENAMED = (Operation("rename", PART, target=NAMED), Operation("sync_folder", str(ROOT)))


def left(folder: Path, *operations: Operation) -> set[tuple[tuple[str, bytes], ...]]:
    """Everything that was found after a hundred power losses at the end of the operations."""
    disk = Disk(ROOT)
    for operation in operations:
        disk.apply(operation)
    found = set()
    for seed in range(100):
        into = folder / f"{seed}"
        into.mkdir()
        disk.crash(random.Random(seed), into)
        found.add(tuple(sorted((path.name, path.read_bytes()) for path in into.iterdir())))
    return found


def test_what_was_synced_with_its_folder_is_there(tmp_path: Path) -> None:
    found = left(tmp_path, *STAGED, Operation("sync", PART), *RENAMED)

    assert found == {(("named", WRITTEN),)}


def test_a_new_name_may_be_there_with_none_of_its_bytes_or_some(tmp_path: Path) -> None:
    found = left(tmp_path, *STAGED, *RENAMED)

    assert (("named", b""),) in found
    assert (("named", WRITTEN),) in found
    assert len(found) > 2


def test_a_rename_in_a_folder_that_was_not_synced_may_not_have_happened(tmp_path: Path) -> None:
    synced = (Operation("sync", PART), Operation("sync_folder", str(ROOT)))

    found = left(tmp_path, *STAGED, *synced, RENAMED[0])

    assert found == {(("part", WRITTEN),), (("named", WRITTEN),)}


def test_a_folder_that_was_not_synced_above_may_be_gone_with_all_it_holds(tmp_path: Path) -> None:
    inner, file = str(ROOT / "staging"), str(ROOT / "staging" / "reply")
    made = (Operation("mkdir", inner), Operation("create", file))
    disk = Disk(ROOT)
    for operation in (*made, Operation("sync", file), Operation("sync_folder", inner)):
        disk.apply(operation)

    for seed in range(20):
        (tmp_path / f"{seed}").mkdir()
        disk.crash(random.Random(seed), tmp_path / f"{seed}")

    left = [sorted(path.name for path in folder.rglob("*")) for folder in tmp_path.iterdir()]
    assert {tuple(names) for names in left} == {(), ("reply", "staging")}
