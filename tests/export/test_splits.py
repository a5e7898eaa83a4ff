from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import imagelab as il
from imagelab.domain.near import MAX_DISTANCE
from imagelab.errors import RequestError
from imagelab.export.splits import assigned, shares
from imagelab.imaging.duplicates import near_pairs
from imagelab.imaging.likeness import distance

NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30)


def test_an_edit_and_what_it_was_made_from_are_in_one_split(lab: il.Lab, tmp_path: Path) -> None:
    foxes = lab.generate("A fox", quality="low", size="square", n=4)
    for fox in foxes:
        fox.edit("at night", quality="low")

    exported = lab.export(tmp_path / "set", split={"train": 0.5, "test": 0.5})

    homes = {path.stem: path.parts[-3] for path in (tmp_path / "set").rglob("*.png")}
    edits = lab.search("is:edit")
    assert [homes[edit.uuid] for edit in edits] == [homes[edit.parents[0].uuid] for edit in edits]
    assert exported.parts == {"train": 4, "test": 4}


def test_a_family_stays_together_where_the_one_between_is_not_exported(
    lab: il.Lab, tmp_path: Path
) -> None:
    for fox in lab.generate("A fox", quality="low", size="square", n=3):
        fox.edit("at night", quality="low")[0].reject().edit("add a hat", quality="low")

    lab.export(tmp_path / "set", split=0.4)

    homes = {path.stem: path.parts[-3] for path in (tmp_path / "set").rglob("*.png")}
    hats = lab.search("hat")
    assert len(homes) == 6
    assert [homes[hat.uuid] for hat in hats] == [homes[hat.root.uuid] for hat in hats]


@given(families=NAMES, seed=st.integers())
def test_a_seed_decides_and_the_order_of_images_does_not(families: list[str], seed: int) -> None:
    parts = shares({"train": 0.8, "test": 0.2})

    assert assigned(families, parts, seed) == assigned(sorted(families), parts, seed)


def test_single_images_are_shared_out_exactly() -> None:
    placed = assigned([str(n) for n in range(100)], shares(0.1), seed=7)

    assert sum(part == "test" for part in placed.values()) == 10


@pytest.mark.parametrize("name", ["con", "LPT1", "a/b", "", "1st", "train-a"])
def test_a_split_is_a_name_that_every_disk_takes(name: str) -> None:
    with pytest.raises(RequestError, match=r"a name is letters, digits and _"):
        shares({name: 1})


@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=12))
def test_near_duplicates_are_found_without_comparing_each_pair(first: int, bits: set[int]) -> None:
    other = (first & (2**64 - 1)) ^ sum(1 << bit for bit in bits)
    signed = other - 2**64 if other >> 63 else other

    found = list(near_pairs(list(dict.fromkeys([first, signed]))))

    assert bool(found) == (0 < distance(first, signed) <= MAX_DISTANCE)
