from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import CatalogError, QueryError, RequestError


def test_what_was_said_is_taken_back_step_by_step(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    fox.rate(4).tag("hero")
    fox.note = "the best"

    first, rest = lab.undo(), lab.undo(5)

    assert str(first) == "took back: wrote a note on #1; next would be: tagged #1 hero"
    assert str(rest) == "took back: tagged #1 hero, rated #1 4 stars"
    assert [fox.rating, fox.tags, fox.note] == [None, (), None]
    assert repr(lab.undo()) == "Undone(nothing to take back)"


def test_what_was_taken_back_is_done_again(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", n=3)
    lab.search().rate(5)
    lab.undo()

    again = lab.redo()

    assert (str(again), again.ids) == ("did again: rated 3 assets 5 stars", (1, 2, 3))
    assert not lab.redo()
    assert [asset.rating for asset in lab.search()] == [5, 5, 5]


def test_another_kernel_takes_back_what_this_one_said(lab: il.Lab, catalog_path: Path) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    fox.reject()

    with il.open(catalog_path) as other:
        assert bool(other.undo())

    assert not fox.rejected


@pytest.mark.parametrize("steps", [0, -1, True, "2", 1.5])
def test_steps_are_a_whole_number(lab: il.Lab, steps: object) -> None:
    with pytest.raises(RequestError, match="is not a whole number of acts from 1 up"):
        lab.undo(steps)  # type: ignore[arg-type] # that is the test


def test_the_trash_shows_what_waits_and_deletes_it_when_it_is_told_how_much(lab: il.Lab) -> None:
    fox, hen = lab.generate("A fox", quality="low", n=2)
    fox.reject()
    trash = lab.trash()

    done = trash.empty(1)

    assert repr(trash).startswith("Trash(1 rejected asset, ")
    assert trash.assets.ids == [fox.id]
    assert done.startswith("emptied 1 asset, ")
    assert str(lab.trash()) == "the trash is empty"
    assert hen.read()
    with pytest.raises(CatalogError, match="its original was emptied on"):
        fox.read()
    assert (fox.thumbnail, fox.prompt, fox.cost is not None) == (None, "A fox", True)
    assert ", emptied, " in repr(fox)


def test_money_and_lineage_outlive_the_trash(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    snow = fox.edit("in snow")[0]
    before = lab.spend()
    fox.reject()

    lab.trash().empty(1)

    assert [parent.id for parent in snow.parents] == [fox.id]
    assert lab.spend().equals(before)
    assert lab.verify(deep=True).ok


def test_what_others_were_made_from_is_told_before_it_goes(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    fox.edit("in snow")
    fox.reject()

    assert "from 1 of them others were made" in str(lab.trash())


def test_a_rejection_of_what_was_emptied_is_taken_back_and_nothing_else(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    fox.reject()
    lab.trash().empty(1)

    lab.undo()

    assert not fox.rejected
    assert len(lab.search()) == 0
    assert lab.search("is:trashed").ids == [fox.id]


def test_searches_are_kept_by_name(lab: il.Lab, catalog_path: Path) -> None:
    lab.searches.save("heroes", "rating:5 -snow")
    lab.searches.save("Foxes", "fox")
    lab.searches.save("heroes", "rating:>=4")

    with il.open(catalog_path) as again:
        assert dict(again.searches) == {"Foxes": "fox", "heroes": "rating:>=4"}
    assert repr(lab.searches) == "Searches(Foxes: fox; heroes: rating:>=4)"


def test_a_search_that_was_deleted_is_gone(lab: il.Lab) -> None:
    lab.searches.save("heroes", "rating:5")

    lab.searches.delete("heroes")

    assert len(lab.searches) == 0
    with pytest.raises(RequestError, match="no saved search is named 'heroes'; none is saved yet"):
        lab.searches.delete("heroes")


def test_a_search_that_cannot_be_read_is_not_kept(lab: il.Lab) -> None:
    with pytest.raises(QueryError, match="did you mean quality:"):
        lab.searches.save("good", "qualty:high")

    assert "good" not in lab.searches


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 101, "\u202eevil"])
def test_a_name_is_one_line_that_can_be_shown(lab: il.Lab, name: str) -> None:
    with pytest.raises(RequestError, match="is no name for a search"):
        lab.searches.save(name, "fox")


def test_re_rolls_and_the_images_of_one_request_are_a_stack(lab: il.Lab) -> None:
    first = lab.generate("A fox", quality="low", n=2)
    again = lab.generate("A fox", quality="low", reuse=False)
    lab.generate("A fox", quality="high")
    lab.generate("A hen", quality="low")

    stack = lab.search(f"stack:#{first[0].id}").ids

    assert stack == [again[0].id, first[1].id, first[0].id]
