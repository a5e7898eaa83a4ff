from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ipywidgets
import pytest
import traitlets

import imagelab as il
from imagelab.catalog.pages import Pages
from imagelab.widgets.channel import Channel
from imagelab.widgets.gallery import Gallery

Make = Callable[..., Gallery[list[int]]]


@pytest.fixture
def make(lab: il.Lab) -> Iterator[Make]:
    made: list[Gallery[list[int]]] = []

    def act(_: str, __: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def pick(ids: Sequence[int]) -> list[int]:
        return [lab.asset(number).id for number in ids]

    def make_one(**given: Any) -> Gallery[list[int]]:
        answer = Pages(lab._engine.catalog, lab._engine.catalog.path).answer
        made.append(Gallery(answer=answer, act=act, pick=pick, **given))
        return made[-1]

    yield make_one
    for gallery in made:
        gallery.close()


@pytest.fixture
def gallery(make: Make) -> Gallery[list[int]]:
    return make(query="fox")


def test_a_gallery_begins_with_its_query_and_nothing_selected(
    gallery: Gallery[list[int]],
) -> None:
    assert gallery.query == "fox"
    assert gallery.selected_ids == []
    assert gallery.current_id is None
    assert gallery.total is None


def test_what_is_selected_is_picked_in_its_order(lab: il.Lab, gallery: Gallery[list[int]]) -> None:
    first, second, third = lab.generate("A fox", quality="low", n=3)

    gallery.selected_ids = [third.id, first.id]

    assert gallery.selection == [third.id, first.id]
    assert second.id not in gallery.selection


def test_nothing_selected_picks_nothing(gallery: Gallery[list[int]]) -> None:
    assert gallery.selection == []


def test_what_the_page_says_is_seen_in_python(gallery: Gallery[list[int]]) -> None:
    state = {"query": "owl", "selected_ids": [3, 1], "current_id": 1, "total": 12}

    gallery._handle_msg({"content": {"data": {"method": "update", "state": state}}})

    assert (gallery.query, gallery.current_id, gallery.total) == ("owl", 1, 12)
    assert gallery.selected_ids == [3, 1]


def test_a_change_can_be_observed_and_linked(make: Make) -> None:
    one, other, seen = make(), make(), []
    one.observe(lambda change: seen.append(change["new"]), names="query")
    link = traitlets.link((one, "query"), (other, "query"))

    one.query = "heron"

    link.unlink()
    assert (seen, other.query) == (["heron"], "heron")


def test_a_gallery_sits_in_a_box(gallery: Gallery[list[int]]) -> None:
    box = ipywidgets.HBox([gallery])

    assert box.children == (gallery,)
    box.close()


def test_a_view_is_a_grid_or_a_table(gallery: Gallery[list[int]]) -> None:
    gallery.view = "table"

    with pytest.raises(traitlets.TraitError, match=r"'list'"):
        gallery.view = "list"

    assert gallery.view == "table"


def test_what_only_the_kernel_needs_stays_in_it(make: Make) -> None:
    state = make(pointer="0" * 32).get_state()

    synced = {name for name in state if not name.startswith("_")}
    assert synced == {
        "auto_advance",
        "channel",
        "current_id",
        "facets",
        "height",
        "layout",
        "pointer",
        "query",
        "selected_ids",
        "stacks",
        "still_name",
        "tabbable",
        "thumbnail_size",
        "tooltip",
        "total",
        "view",
    }


def test_questions_go_over_a_channel_of_its_own(gallery: Gallery[list[int]]) -> None:
    channel = gallery.channel

    assert isinstance(channel, Channel)
    assert channel.model_id != gallery.model_id
    assert gallery.get_state()["channel"] == f"IPY_MODEL_{channel.model_id}"


def test_a_change_in_the_catalog_is_told_on_the_channel(gallery: Gallery[list[int]]) -> None:
    gallery.changed("18e9f0")

    assert gallery.channel.stamp == "18e9f0"


def test_closing_a_gallery_closes_its_channel(make: Make) -> None:
    gallery = make()
    channel = gallery.channel

    gallery.close()

    assert channel.comm is None
    assert gallery.comm is None


@pytest.mark.parametrize(
    ("traits", "line"),
    [
        ({}, "Gallery()"),
        ({"query": "fox"}, "Gallery('fox')"),
        ({"total": 1}, "Gallery(1 asset)"),
        (
            {"query": "fox", "total": 1200, "selected_ids": [1, 2, 3]},
            "Gallery('fox', 1,200 assets, 3 selected)",
        ),
        ({"query": "a\x1b[31m\nb" + "c" * 90}, f"Gallery('a [31m b{'c' * 51}…')"),
    ],
)
def test_a_gallery_is_one_line_in_a_terminal(make: Make, traits: dict[str, Any], line: str) -> None:
    gallery = make()

    for name, value in traits.items():
        setattr(gallery, name, value)

    assert repr(gallery) == line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query", 206),
        ("selected_ids", ["#206"]),
        ("current_id", "206"),
        ("height", "100%"),
        ("thumbnail_size", 1.5),
    ],
)
def test_a_trait_refuses_what_it_cannot_be(
    gallery: Gallery[list[int]], name: str, value: object
) -> None:
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(gallery, name, value)


def test_sizes_stay_where_something_can_be_seen(gallery: Gallery[list[int]]) -> None:
    with pytest.raises(traitlets.TraitError, match="height"):
        gallery.height = 10

    with pytest.raises(traitlets.TraitError, match="thumbnail_size"):
        gallery.thumbnail_size = 4096
