from __future__ import annotations

import pytest

import imagelab as il
from imagelab.widgets.channel import Act


def verbs(lab: il.Lab) -> Act:
    return lab.gallery().channel._act  # what a page reaches


def test_a_gallery_picks_assets(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", n=3)
    gallery = lab.gallery("fox")

    gallery.selected_ids = [3, 1]

    assert [asset.id for asset in gallery.selection] == [3, 1]


def test_a_gallery_of_a_query_that_cannot_be_read_is_refused(lab: il.Lab) -> None:
    with pytest.raises(il.errors.QueryError, match="did you mean quality:"):
        lab.gallery("qualty:high")


def test_a_query_is_text(lab: il.Lab) -> None:
    with pytest.raises(il.errors.RequestError, match="7 is not a query"):
        lab.gallery(7)  # type: ignore[arg-type] # that is the test


def test_assets_of_a_search_open_as_that_search(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")

    assert lab.search("fox", sort="-cost").gallery().query == "fox sort:-cost"


def test_a_part_of_assets_opens_as_its_numbers(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", n=5)

    gallery = lab.search()[1:4].gallery()

    assert gallery.query == "id:2..4"


def test_a_scattered_part_is_refused_where_it_is_too_long_to_write(lab: il.Lab) -> None:
    scattered = il.Assets(lab._shelf, numbers=range(1, 1100, 2))

    with pytest.raises(il.errors.RequestError, match="tag them, and open"):
        scattered.gallery()


def test_a_page_rates_and_rejects(lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    act = verbs(lab)

    rated = act("rate", {"ids": [1], "stars": 4})
    rejected = act("reject", {"ids": [1], "rejected": True})

    assert (fox.rating, fox.rejected) == (4, True)
    assert (rated["said"], rejected["said"]) == ("rated #1 4 stars", "rejected #1")


def test_a_page_writes_on_images_and_takes_it_back(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", n=2)
    act = verbs(lab)
    act("tag", {"ids": [1, 2], "names": ["hero", "red fox"]})
    act("untag", {"ids": [1], "names": ["hero"]})
    act("caption", {"ids": [1], "text": "a red fox"})
    act("note", {"ids": [1], "text": "print it"})
    written = (lab.asset(1).tags, lab.asset(1).caption, lab.asset(1).note)

    done = [act("undo", {}) for _ in range(4)]

    assert written == (("red fox",), "a red fox", "print it")
    assert done[-1] == {"said": "took back: tagged 2 assets hero, red fox", "ids": [1, 2]}
    assert act("undo", {}) == {"said": "nothing to take back", "ids": []}
    assert act("redo", {})["said"].startswith("did again: tagged 2 assets hero, red fox; next")


def test_a_page_takes_a_text_away(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")[0].note = "print it"

    done = verbs(lab)("note", {"ids": [1], "text": None})

    assert (done["said"], lab.asset(1).note) == ("took the note off #1", None)


def test_a_page_keeps_and_deletes_searches(lab: il.Lab) -> None:
    act = verbs(lab)
    act("save_search", {"name": "heroes", "query": "rating:5"})
    kept = dict(lab.searches)

    act("delete_search", {"name": "heroes"})

    assert (kept, dict(lab.searches)) == ({"heroes": "rating:5"}, {})


def test_a_page_empties_what_it_counted(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")[0].reject()
    act = verbs(lab)

    with pytest.raises(il.errors.RequestError, match="1 asset would be emptied now, and 2 was"):
        act("empty", {"count": 2})
    done = act("empty", {"count": 1})

    assert done["said"].startswith("emptied 1 asset, ")
    assert lab.trash().count == 0


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("delete", {"ids": [1]}),
        ("rate", {"ids": "1", "stars": 4}),
        ("rate", {"ids": [1]}),
        ("rate", {"ids": [1], "stars": 9}),
        ("rate", {"ids": ["1; DROP TABLE asset"], "stars": 4}),
        ("rate", {"ids": [True], "stars": 4}),
        ("reject", {"ids": [1], "rejected": "yes"}),
        ("caption", {"ids": [1], "text": 7}),
        ("note", {"ids": [1]}),
        ("tag", {"ids": [1], "names": "hero"}),
        ("save_search", {"name": "heroes"}),
        ("delete_search", {"name": None}),
        ("empty", {"count": True}),
        ("empty", {}),
    ],
)
def test_a_page_can_do_nothing_else(lab: il.Lab, name: str, given: dict[str, object]) -> None:
    act = verbs(lab)

    with pytest.raises(il.errors.RequestError, match=r"is not a verb|not numbers|is not 1 to 5"):
        act(name, given)


def test_a_studio_begins_where_the_lab_would(lab: il.Lab) -> None:
    assert lab.studio().model == "openai/gpt-image-2"


def test_a_studio_sends_what_its_form_says(lab: il.Lab) -> None:
    studio = lab.studio()
    studio.prompt, studio.params = "A fox", {"quality": "low"}

    made = lab.generation(studio.generate()).wait()

    assert (made.prompt, made.params) == ("A fox", {"quality": "low"})


def test_outside_jupyter_no_server_is_pointed_to(lab: il.Lab) -> None:
    assert lab.gallery().pointer == ""


def test_a_view_of_a_closed_lab_says_so(lab: il.Lab) -> None:
    gallery = lab.gallery()
    lab.close()

    with pytest.raises(il.errors.CatalogError, match="was closed; open it again"):
        gallery.channel._answer("page", {"query": ""})
