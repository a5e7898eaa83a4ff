from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import curation, indexing, undo, words
from imagelab.catalog.blobs import Blob
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.catalog.imports import keep_import
from imagelab.errors import AssetNotFoundError
from tests.finished import new_catalog

ASSETS = 4
SOME = st.lists(st.integers(1, ASSETS), min_size=1, max_size=ASSETS)
TEXTS = st.sampled_from([None, "a red fox", "koi"])
TAGS = st.lists(st.sampled_from(["hero", "red fox", "Hero"]), min_size=1, max_size=3)
ACTS = st.one_of(
    st.tuples(st.just("rate"), SOME, st.none() | st.integers(1, 5)),
    st.tuples(st.just("reject"), SOME, st.booleans()),
    st.tuples(st.just("caption"), SOME, TEXTS),
    st.tuples(st.just("note"), SOME, TEXTS),
    st.tuples(st.just("tag"), SOME, TAGS),
    st.tuples(st.just("untag"), SOME, TAGS),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = new_catalog(tmp_path / "a.db")
    with opened.writing() as db:
        for number in range(ASSETS):
            keep_import(db, Blob.of(bytes([number]), "png", 4, 3))
    yield opened
    opened.close()


def act(catalog: Catalog, name: str, assets: list[int], value: Any) -> None:
    with catalog.writing() as db:
        say(db, name, assets, value)


def say(
    db: sqlite3.Connection, name: str, assets: list[int], value: Any, act: int | None = None
) -> int | None:
    if name == "reject":
        return curation.reject(db, assets, rejected=value, act=act)
    number: int | None = getattr(curation, name)(db, assets, value, act=act)
    return number


def state(catalog: Catalog) -> tuple[object, ...]:
    """What is said of every asset, and every term it is found by."""
    with catalog.reading() as db:
        columns = "id, rating, rejected, caption, note"
        said = db.execute(f"SELECT {columns} FROM asset ORDER BY id").fetchall()
        tags = db.execute("SELECT asset, name FROM tag ORDER BY 1, 2").fetchall()
        entries = [indexing.entry_of(db, number) for number in range(1, ASSETS + 1)]
        counts = [
            db.execute(
                "SELECT count(*) FROM text_index WHERE text_index MATCH ?",
                (words.facet_match(*pair),),
            ).fetchone()[0]
            for pair in (("rating", "5"), ("is", "rejected"), ("tag", "hero"), ("rating", "0"))
        ]
    return [tuple(row) for row in said], [tuple(row) for row in tags], entries, counts


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ACTS, max_size=8))
def test_taking_back_any_curation_restores_every_state_on_the_way(
    catalog: Catalog, acts: list[tuple[str, list[int], Any]]
) -> None:
    states = [state(catalog)]
    for name, assets, value in acts:
        act(catalog, name, assets, value)
        if state(catalog) != states[-1]:  # an act that changes nothing is none
            states.append(state(catalog))

    for before in reversed(states[:-1]):
        undo.undo(catalog)
        assert state(catalog) == before
    for after in states[1:]:
        undo.redo(catalog)
        assert state(catalog) == after
    while undo.undo(catalog):
        pass
    assert state(catalog) == states[0]


def test_an_act_is_taken_back_after_the_catalog_was_opened_again(catalog: Catalog) -> None:
    before = state(catalog)
    act(catalog, "rate", [1, 3], 4)
    catalog.close()
    again = open_catalog(catalog.path, "sandbox")

    done = undo.undo(again)

    assert str(done) == "rated 2 assets 4 stars"
    assert done is not None
    assert done.ids == (1, 3)
    assert state(again) == before
    again.close()


def test_where_nothing_was_said_nothing_is_taken_back(catalog: Catalog) -> None:
    act(catalog, "rate", [1], None)

    assert undo.undo(catalog) is None
    assert undo.redo(catalog) is None


def test_a_new_act_ends_what_could_be_done_again(catalog: Catalog) -> None:
    act(catalog, "rate", [1], 5)
    undo.undo(catalog)
    act(catalog, "rate", [2], 3)

    assert undo.redo(catalog) is None
    assert str(undo.undo(catalog)) == "rated #2 3 stars"
    assert undo.undo(catalog) is None


def test_what_is_next_is_told_before_it_is_done(catalog: Catalog) -> None:
    act(catalog, "tag", [2], ["hero", "fox"])
    with catalog.reading() as db:
        back, again = undo.upcoming(db, again=False), undo.upcoming(db, again=True)

    assert (str(back), again) == ("tagged #2 hero, fox", None)


def test_parts_of_an_act_are_one_step(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curation, "_FEWEST", 1)
    before = state(catalog)

    curation.in_parts(
        catalog, [1, 2, 3, 2], lambda db, part, act: curation.rate(db, part, 5, act=act)
    )

    assert str(undo.undo(catalog)) == "rated 3 assets 5 stars"
    assert state(catalog) == before


def test_an_act_that_came_between_two_parts_is_taken_back_in_its_turn(catalog: Catalog) -> None:
    states = [state(catalog)]
    with catalog.writing() as db:
        first = say(db, "rate", [1], 5)
    states.append(state(catalog))
    act(catalog, "rate", [1, 2], 1)
    states.append(state(catalog))
    with catalog.writing() as db:
        second = say(db, "rate", [2], 5, act=first)

    assert second != first
    for before in reversed(states):
        undo.undo(catalog)
        assert state(catalog) == before


def test_an_act_that_was_half_taken_back_is_taken_back_to_its_end(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(catalog)
    act(catalog, "rate", [1, 2, 3], 4)
    monkeypatch.setattr(undo, "_AT_ONCE", 1)
    with catalog.writing() as db:
        target = undo._target(db, again=False)
        assert target is not None
        undo._exchanged(db, target, 0)  # and the kernel died

    done = undo.undo(catalog)

    assert done is not None
    assert done.ids == (2, 3)
    assert state(catalog) == before


def test_of_many_assets_one_that_is_not_there_is_told_before_any_is_changed(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curation, "_FEWEST", 1)
    before = state(catalog)

    with pytest.raises(AssetNotFoundError, match="no asset #99 in this catalog"):
        curation.in_parts(
            catalog, [1, 2, 99], lambda db, part, act: curation.rate(db, part, 5, act=act)
        )

    assert state(catalog) == before
