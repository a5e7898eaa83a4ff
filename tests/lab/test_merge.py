from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab.cli.main import main
from imagelab.errors import RequestError
from tests.catalog.merging import everything, is_whole

Family = list[tuple[str, str, str]]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[il.Lab]:
    with il.open(tmp_path / "other" / "sandbox.db", sandbox=True) as opened:
        fox = opened.generate("a red fox", n=2, quality="low")
        blue = fox[1].edit("make it blue")[0]
        blue.rate(4).tag("hero")
        opened.generate("koi", quality="low")
        yield opened


def path_of(lab: il.Lab) -> Path:
    return lab._engine.catalog.path


def family(lab: il.Lab, uuid: str) -> Family:
    """Who was made from whom, by uuids, and what that was."""
    asset = lab.asset(uuid=uuid)
    told = lab.sql(
        "SELECT p.uuid, c.uuid, e.role FROM edges e JOIN assets p ON p.id = e.parent "
        "JOIN assets c ON c.id = e.child ORDER BY 1, 2"
    )
    near = {a.uuid for a in [asset, *asset.ancestors(), *asset.descendants()]}
    rows = told.itertuples(index=False, name=None)
    return [row for row in rows if near.intersection(row[:2])]


def by_merge(lab: il.Lab, dest: Path) -> il.Lab:
    copy = il.open(dest, sandbox=True)
    copy.merge(path_of(lab))
    return copy


def by_backup(lab: il.Lab, dest: Path) -> il.Lab:
    lab.backup(dest)
    return il.open(dest, sandbox=True)


def by_export(lab: il.Lab, dest: Path) -> il.Lab:
    lab.export(dest, "hero", format="catalog", money=True)
    return il.open(dest, sandbox=True)


@pytest.mark.parametrize("way", [by_merge, by_backup, by_export])
def test_a_family_is_the_same_elsewhere(
    other: il.Lab, tmp_path: Path, way: Callable[[il.Lab, Path], il.Lab]
) -> None:
    hero = other.search("tag:hero")[0]

    with way(other, tmp_path / "copy" / "sandbox.db") as copy:
        there = copy.asset(uuid=hero.uuid)
        assert family(copy, hero.uuid) == family(other, hero.uuid) != []
        assert (there.rating, there.tags, there.cost) == (hero.rating, hero.tags, hero.cost)
        assert there.read() == hero.read()
        assert there.parents[0].read() == hero.parents[0].read()
        assert copy.verify(deep=True).ok


def test_a_merge_says_what_came(lab: il.Lab, other: il.Lab) -> None:
    done = lab.merge(path_of(other).parent)

    assert (done.generations, done.assets) == (3, 4)
    assert "3 generations and 4 assets came" in str(done)
    assert str(lab.merge(path_of(other))) == "sandbox.db: nothing that is not here already"
    assert lab.search("fox blue OR tag:hero")[0].thumbnail


def test_what_came_unknown_is_not_asked_for_here(lab: il.Lab, other: il.Lab) -> None:
    other.generate("a hare", model="runware/gpt-image-1.5", quality="low")
    with other._engine.catalog.writing() as db:
        db.execute("UPDATE generation SET status = 'running' WHERE prompt = 'a hare'")
        db.execute("UPDATE call SET state = 'accepted' WHERE generation = 4")
    lab.merge(path_of(other))

    lab.recover()

    with lab._engine.catalog.reading() as db:
        told = db.execute("SELECT state FROM call WHERE generation = 4").fetchone()
        assert told[0] == "unknown"
    assert [g.prompt for g in lab.pending()] == ["a hare"]


def test_the_part_of_a_catalog_has_what_was_chosen_and_its_ancestors(
    other: il.Lab, tmp_path: Path
) -> None:
    dest = tmp_path / "part.db"

    done = other.export(dest, "tag:hero")

    assert (done.format, done.count) == ("catalog", 2)
    with il.open(dest, sandbox=True) as part:
        assert [a.prompt for a in part.search("")] == ["make it blue", "a red fox"]
        assert part.verify(deep=True).ok
        assert [a.cost for a in part.search("")] == [None, None]
        assert part.spend().empty


def test_a_part_that_is_merged_back_changes_nothing(other: il.Lab, tmp_path: Path) -> None:
    dest = tmp_path / "part.db"
    other.export(dest, "tag:hero")
    before = everything(path_of(other))

    done = other.merge(dest)

    assert not done.changed
    assert everything(path_of(other)) == before


def test_prices_come_with_the_catalog_that_has_them(
    lab: il.Lab, other: il.Lab, tmp_path: Path
) -> None:
    dest = tmp_path / "part.db"
    other.export(dest, "tag:hero")
    lab.merge(dest)

    lab.merge(path_of(other))

    hero = lab.search("tag:hero")[0]
    assert hero.generation is not None
    assert hero.generation.cost == other.search("tag:hero")[0].generation.cost  # type: ignore[union-attr] # it was made
    assert is_whole(path_of(lab))


def test_a_part_that_was_worked_in_is_not_replaced(other: il.Lab, tmp_path: Path) -> None:
    dest = tmp_path / "part.db"
    other.export(dest, "tag:hero")
    other.export(dest, "tag:hero")
    with il.open(dest, sandbox=True) as part:
        part.generate("mine", quality="low")

        with pytest.raises(RequestError, match="was changed since it was exported"):
            other.export(dest, "tag:hero")
        assert len(part.search("mine")) == 1


def test_the_command_merges_and_says_so(
    other: il.Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine" / "sandbox.db"
    il.open(mine, sandbox=True).close()
    theirs = tmp_path / "sent" / "sandbox.db"
    shutil.copytree(path_of(other).parent, theirs.parent)
    capsys.readouterr()

    code = main(["merge", str(theirs), "--catalog", str(mine)])

    assert code == 0
    assert "3 generations and 4 assets came, with 4 originals" in capsys.readouterr().out


@pytest.mark.parametrize("said", [5, "", None])
def test_what_is_no_path_is_refused(lab: il.Lab, said: object) -> None:
    with pytest.raises(RequestError, match="is not a path"):
        lab.merge(said)  # type: ignore[arg-type] # what a user may do


def test_a_folder_without_a_catalog_is_named(lab: il.Lab, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="has no catalog"):
        lab.merge(tmp_path.parent)
