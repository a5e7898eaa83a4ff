from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import comparisons, presets
from imagelab.errors import OffloadedError
from tests.catalog.originals import picture


@pytest.fixture
def other(tmp_path: Path) -> Iterator[il.Lab]:
    with il.open(tmp_path / "other" / "sandbox.db", sandbox=True) as opened:
        opened.add([picture(number).data for number in (1, 2)])
        yield opened


def path_of(lab: il.Lab) -> Path:
    return lab._engine.catalog.path


def judged(lab: il.Lab, *, winner: int | None = 1) -> int:
    with lab._engine.catalog.writing() as db:
        return comparisons.record(db, 1, 2, winner, axes=["style"], about="a {style} fox", seed=3)


def test_judgements_come_with_a_merge_and_so_does_taking_one_back(
    lab: il.Lab, other: il.Lab
) -> None:
    number = judged(other)
    uuids = [other.asset(number).uuid for number in (1, 2)]

    assert lab.merge(path_of(other)).judgements == 1
    with lab._engine.catalog.reading() as db:
        [found] = comparisons.comparisons(db, uuids)
    assert (found.winner, found.axes, found.about) == (uuids[0], ("style",), "a {style} fox")
    assert not lab.merge(path_of(other)).changed
    with other._engine.catalog.writing() as db:
        comparisons.take_back(db, number)
    assert lab.merge(path_of(other)).judgements == 1
    with lab._engine.catalog.reading() as db:
        assert comparisons.comparisons(db, uuids) == []


def test_of_two_presets_by_one_name_the_later_stands(lab: il.Lab, other: il.Lab) -> None:
    for one, said in ((other, "old"), (lab, "new")):
        with one._engine.catalog.writing() as db:
            presets.save(db, "fox", {"prompt": said})
    with other._engine.catalog.writing() as db:
        presets.save(db, "koi", {"prompt": "koi"})
        presets.remember(db, {"prompt": "what was sent last there"})

    assert lab.merge(path_of(other)).presets == 1
    with lab._engine.catalog.reading() as db:
        assert presets.names(db) == ["fox", "koi"]
        assert presets.read(db, "fox") == {"prompt": "new"}
        assert presets.read(db, presets.LAST) is None


def test_where_an_image_came_from_comes_with_a_merge(
    lab: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    (tmp_path / "fox.png").write_bytes(picture(3).data)
    (tmp_path / "fox.txt").write_text("a red fox")
    fox = other.add(tmp_path / "fox.png")[0]

    lab.merge(path_of(other))

    assert lab.asset(uuid=fox.uuid).imported == fox.imported


def test_a_child_that_waits_for_its_parent_finds_it_by_a_merge(lab: il.Lab, other: il.Lab) -> None:
    parent, child = other.asset(1), other.asset(2)
    mine = lab.add(picture(2).data)[0]
    with other._engine.catalog.writing() as db:
        db.execute("INSERT INTO awaited VALUES (?, ?, 0, 'input')", (parent.uuid, child.id))

    lab.merge(path_of(other))

    assert lab.asset(uuid=child.uuid).parents == [parent]
    assert mine.parents == []


def test_an_offloaded_original_comes_as_a_row_until_its_store_is_named(
    lab: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    store, first = tmp_path / "store", other.asset(1)
    other.offload(store)

    done = lab.merge(path_of(other))

    assert done.stores == {store.as_uri(): 2}
    assert f"2 originals lie in {str(store)!r} and not here" in str(done)
    mine = lab.asset(uuid=first.uuid)
    assert mine.thumbnail == first.thumbnail
    with pytest.raises(OffloadedError, match="as the catalog says from which it was merged; if"):
        mine.read()
    lab.offload(store)
    assert mine.read() == first.read()


def test_an_original_that_only_was_told_of_comes_with_a_catalog_that_has_it(
    lab: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    other.offload(tmp_path / "store")
    lab.merge(path_of(other))
    other.offload(None)

    done = lab.merge(path_of(other))

    assert (done.originals, done.assets) == (2, 0)
    assert lab.asset(uuid=other.asset(1).uuid).read() == other.asset(1).read()
    assert lab.verify(deep=True).ok


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("store", "url = 'file:///etc/../root'"),
        ("store", "url = 'https://somewhere.example/x'"),
        ("offloaded", "name = '../../key'"),
        ("offloaded", "name = '/etc/passwd'"),
    ],
)
def test_a_store_that_is_none_is_left_out(
    lab: il.Lab, other: il.Lab, tmp_path: Path, table: str, wrong: str
) -> None:
    other.offload(tmp_path / "store")
    with other._engine.catalog.writing() as db:
        db.execute(f"UPDATE {table} SET {wrong}")

    done = lab.merge(path_of(other))

    assert (done.assets, done.left_out["original whose store is no store"]) == (0, 2)
    assert lab.verify(deep=True).ok
