from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import emptied, journal, schema
from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.merge_plan import ordered
from imagelab.domain.life import Ending
from imagelab.domain.money import Cost
from imagelab.errors import CatalogModeError, RequestError
from tests.catalog.merging import (
    batch,
    edges,
    everything,
    generate,
    imported,
    is_whole,
    merged,
    of,
    rate,
    reject,
    tag,
    tags,
    untag,
    writing,
)
from tests.catalog.originals import alter, fingerprint


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A colleague's: a fox, two edits of it, one from a picture from outside."""
    path = tmp_path / "theirs" / "c.db"
    with writing(path) as db:
        fox, _ = generate(db, "a red fox", 2, 3)
        outside = imported(db, 4)
        blue = generate(db, "make it blue", 5, given=[fox])[0]
        generate(db, "both", 6, given=[blue, outside])
    return path


def uuids(path: Path, prompt: str) -> list[str]:
    with writing(path) as db:
        found = db.execute("SELECT uuid FROM asset WHERE prompt = ? ORDER BY id", (prompt,))
        return [row[0] for row in found.fetchall()]


def copied(path: Path, name: str) -> Path:
    copy = path.parent.with_name(name) / path.name
    shutil.copytree(path.parent, copy.parent)
    return copy


def test_all_of_another_catalog_is_here_afterwards(ours: Path, theirs: Path) -> None:
    done = merged(ours, theirs)

    assert (done.generations, done.assets, done.originals) == (3, 5, 5)
    assert not done.left_out
    for mine, other in zip(everything(ours), everything(theirs), strict=True):
        assert set(other) <= set(mine)
    assert is_whole(ours)


def test_the_same_again_changes_nothing(ours: Path, theirs: Path) -> None:
    merged(ours, theirs)
    before = fingerprint(ours.parent)

    done = merged(ours, theirs)

    assert not done.changed
    assert fingerprint(ours.parent) == before


def test_the_other_file_is_never_written(ours: Path, theirs: Path) -> None:
    before = fingerprint(theirs.parent)

    merged(ours, theirs)

    assert fingerprint(theirs.parent) == before


def test_what_is_found_by_words_and_facets_is_found_after_a_merge(ours: Path, theirs: Path) -> None:
    merged(ours, theirs)

    with writing(ours) as db:
        hit = db.execute("SELECT count(*) FROM text_index WHERE text_index MATCH 'words : fox'")
        assert hit.fetchone()[0] == 2
        told = db.execute("SELECT count(*) FROM facet WHERE field = 'is' AND value = 'edit'")
        assert told.fetchone()[0] == 1


WORDS = st.tuples(st.sampled_from(["rate", "tag", "untag", "reject"]), st.integers(1, 5))


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), WORDS), max_size=8))
def test_in_any_order_three_catalogs_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int, tuple[str, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("three")
    paths = [folder / name / "c.db" for name in "abc"]
    with writing(paths[0]) as db:
        fox = generate(db, "a fox", 1)[0]
        generate(db, "blue", 2, given=[fox])
    for number, path in enumerate(paths[1:], 3):
        shutil.copytree(paths[0].parent, path.parent)
        with writing(path) as db:
            generate(db, f"branch {number}", number, given=[fox])
    for where, at, (act, stars) in said:
        say(paths[where], fox, act, stars, at)

    ends = []
    for order in itertools.permutations(range(3)):
        first = copied(paths[order[0]], "".join(map(str, order)))
        merged(first, *(paths[number] for number in order[1:]))
        ends.append(everything(first))

    assert all(end == ends[0] for end in ends[1:])


def say(path: Path, uuid: str, act: str, stars: int, at: int) -> None:
    match act:
        case "rate":
            rate(path, uuid, stars, at)
        case "tag":
            tag(path, uuid, f"tag{stars % 2}", at)
        case "untag":
            untag(path, uuid, f"tag{stars % 2}", at)
        case _:
            reject(path, uuid, at)


def test_of_two_ratings_the_later_stands_and_is_told(ours: Path) -> None:
    other = copied(ours, "other")
    koi = uuids(ours, "koi")[0]
    rate(ours, koi, 2, at=5)
    rate(other, koi, 4, at=9)

    done = merged(ours, other)

    assert of(ours, koi, "rating") == 4
    assert [str(one) for one in done.conflicts] == ["#1 rating: 4 stands (theirs was later), not 2"]


def test_an_earlier_word_from_elsewhere_does_not_stand(ours: Path) -> None:
    other = copied(ours, "other")
    koi = uuids(ours, "koi")[0]
    rate(ours, koi, 2, at=9)
    rate(other, koi, 4, at=5)

    done = merged(ours, other)

    assert of(ours, koi, "rating") == 2
    assert [one.taken for one in done.conflicts] == [False]


def test_a_tag_that_was_taken_off_later_is_off(ours: Path) -> None:
    koi = uuids(ours, "koi")[0]
    tag(ours, koi, "draft", at=1)
    tag(ours, koi, "hero", at=1)
    other = copied(ours, "other")
    untag(other, koi, "draft", at=5)

    merged(ours, other)

    assert tags(ours, koi) == {"hero"}


def test_a_merge_is_no_step_of_undo(ours: Path) -> None:
    other = copied(ours, "other")
    koi = uuids(ours, "koi")[0]
    rate(other, koi, 4, at=9)

    merged(ours, other)

    with writing(ours) as db:
        assert {row[0] for row in db.execute("SELECT state FROM act")} == {"merged"}


def test_a_merged_copy_owns_no_open_job(ours: Path, theirs: Path) -> None:
    with writing(theirs) as db:
        generate(db, "under way", ends=False)
        batch(db, "one", "two")

    merged(ours, theirs)

    with writing(ours) as db:
        told = "SELECT status, boot FROM generation WHERE prompt = 'under way'"
        assert tuple(db.execute(told).fetchone()) == ("unknown", "merged")
        lines = db.execute("SELECT amount_nano, high_nano FROM ledger WHERE amount_nano IS NULL")
        assert [tuple(row) for row in lines] == [(None, 99)]
        assert [row[0] for row in db.execute("SELECT status FROM batch")] == ["ended"]
        assert {row[0] for row in db.execute("SELECT state FROM batch_row")} == {"unsent"}
    assert is_whole(ours)


def test_what_is_under_way_here_is_left_to_whoever_carries_it(ours: Path) -> None:
    with writing(ours) as db:
        generate(db, "under way", ends=False)
    other = copied(ours, "other")
    alter(other, "UPDATE generation SET status = 'failed'", "UPDATE call SET state = 'failed'")
    before = everything(ours)

    merged(ours, other)

    assert everything(ours) == before


def test_what_was_unknown_here_is_settled_by_who_knows(ours: Path) -> None:
    with writing(ours) as db:
        generate(db, "under way", ends=False)
    copy = ours.parent.with_name("copy") / "c.db"
    merged(copy, ours)
    with writing(ours) as db:
        call = db.execute("SELECT uuid FROM call WHERE state = 'sent'").fetchone()[0]
        journal.settle_call(db, call, Ending("failed", "yes", Cost.from_nano(5)))

    merged(copy, ours)

    with writing(copy) as db:
        told = "SELECT status, cost_nano FROM generation WHERE prompt = 'under way'"
        assert tuple(db.execute(told).fetchone()) == ("failed", 5)
    assert is_whole(copy)


def test_an_image_that_came_later_comes_with_the_next_merge(ours: Path, theirs: Path) -> None:
    late = uuids(theirs, "both")[0]
    early = copied(theirs, "early")
    alter(early, "DELETE FROM ledger WHERE asset = 5", "DELETE FROM act_change WHERE asset = 5")
    alter(early, "DELETE FROM asset WHERE prompt = 'both'", "DELETE FROM facet")
    merged(ours, early)
    assert uuids(ours, "both") == []

    merged(ours, theirs)

    assert uuids(ours, "both") == [late]
    assert edges(theirs) == edges(ours)


def test_an_original_that_was_emptied_here_comes_again(ours: Path, theirs: Path) -> None:
    merged(ours, theirs)
    with writing(ours) as db:
        emptied.empty(db, 2)

    assert merged(ours, theirs).originals == 1
    assert everything(theirs)[0][0] in everything(ours)[0]
    assert not merged(ours, theirs).changed


def test_a_real_catalog_and_a_sandbox_are_never_mixed(ours: Path, tmp_path: Path) -> None:
    real = tmp_path / "real" / "catalog.db"
    open_catalog(real, "real").close()

    with pytest.raises(CatalogModeError, match="never mixed"):
        merged(ours, real)


def test_a_catalog_is_not_taken_into_itself(ours: Path) -> None:
    link = ours.with_name("link.db")
    link.symlink_to(ours)

    with pytest.raises(RequestError, match="this catalog itself"):
        merged(ours, link)


def test_a_catalog_that_is_not_there_is_named(ours: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"no catalog at .*gone\.db"):
        merged(ours, tmp_path / "gone.db")


@pytest.mark.parametrize("version", [8, schema.VERSION - 1])
def test_an_older_catalog_is_brought_up_to_date_as_a_copy(
    ours: Path, tmp_path: Path, version: int
) -> None:
    old = tmp_path / "old" / "c.db"
    as_it_was(old, version)
    before = fingerprint(old.parent)

    done = merged(ours, old)

    assert (done.assets, done.left_out) == (2, {})
    assert fingerprint(old.parent) == before
    assert is_whole(ours)


def as_it_was(path: Path, version: int) -> None:
    """The rows of today in the tables of an earlier version."""
    new = path.with_name("new.db")
    with writing(new) as db:
        fox = generate(db, "an old fox", 11)[0]
        generate(db, "older", 12, given=[fox])
    open_catalog(path, "sandbox").close()
    path.unlink()
    db = sqlite3.connect(path, isolation_level=None)
    for migration in schema.MIGRATIONS[:version]:
        migration(db)
    db.execute("ATTACH ? AS new", (str(new),))
    db.execute("DELETE FROM about")
    tables = [
        row[0] for row in db.execute("SELECT name FROM main.sqlite_master WHERE type='table'")
    ]
    for table in tables:
        if not table.startswith(("text_index", "sqlite_")):
            names = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} SELECT {names} FROM new.{table}")
    db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={version}")
    db.close()
    for left in new.parent.glob("new.db*"):
        left.unlink()


def test_an_order_is_found_for_any_family() -> None:
    chance = random.Random(4)
    for _ in range(50):
        numbers = list(range(chance.randint(1, 12)))
        links = [(chance.choice(numbers), chance.choice(numbers)) for _ in range(14)]

        order, cut = ordered(numbers, links)

        place = {number: at for at, number in enumerate(order)}
        assert sorted(order) == numbers
        assert all(place[parent] < place[child] for child, parent in {*links} - cut)
