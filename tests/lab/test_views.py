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

    act("rate", {"ids": [1], "stars": 4})
    act("reject", {"ids": [1], "rejected": True})

    assert (fox.rating, fox.rejected) == (4, True)


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
