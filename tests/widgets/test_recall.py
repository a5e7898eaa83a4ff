from __future__ import annotations

from typing import Any

import ipywidgets
import pytest

import imagelab as il
from imagelab.catalog import presets, requests
from imagelab.errors import AssetNotFoundError, RequestError, UnknownModelError
from imagelab.widgets.recall import Recall
from imagelab.widgets.studio import Studio


@pytest.fixture
def studio(lab: il.Lab) -> Studio[Any]:
    made = lab.studio()
    made.params = {"quality": "low", "size": "square"}
    made.prompt = "A fox"
    return made


def recall(studio: Studio[Any]) -> Recall:
    assert studio.recall
    return studio.recall


def said(studio: Studio[Any]) -> str:
    return str(recall(studio)._said.value)


def test_a_preset_brings_its_parameters_and_leaves_the_words(studio: Studio[Any]) -> None:
    studio.n = 3
    recall(studio).save("cheap squares")
    studio.prompt, studio.n, studio.params = "An owl", 1, {"quality": "high"}

    recall(studio).use("cheap squares")

    assert (studio.prompt, studio.n) == ("An owl", 3)
    assert studio.params == {"quality": "low", "size": "square"}


def test_what_a_preset_changed_can_be_undone(studio: Studio[Any]) -> None:
    recall(studio).save("cheap")
    studio.model, studio.params = "runware/gpt-image-1.5", {"quality": "high"}

    recall(studio).use("cheap")
    recall(studio).undo()

    assert (studio.model, studio.params) == ("runware/gpt-image-1.5", {"quality": "high"})


def test_presets_are_of_the_catalog(studio: Studio[Any], lab: il.Lab) -> None:
    other = lab.studio()

    recall(studio).save("cheap")
    other.changed("a stamp")

    assert "cheap" in recall(other)._presets.options


def test_a_preset_is_chosen_and_deleted_by_mouse(studio: Studio[Any]) -> None:
    recall(studio).save("cheap")
    studio.params = {}
    recall(studio)._presets.value = "cheap"

    recall(studio)._delete.click()

    assert studio.params == {"quality": "low", "size": "square"}
    assert list(recall(studio)._presets.options) == ["Presets…"]


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 61])
def test_a_name_that_is_none_is_refused(studio: Studio[Any], name: str) -> None:
    with pytest.raises(RequestError, match="is no name for a preset"):
        recall(studio).save(name)


def test_a_preset_that_is_not_there_is_said(studio: Studio[Any]) -> None:
    with pytest.raises(RequestError, match="no preset is named 'dear'; there are: none"):
        recall(studio).delete("dear")


def test_what_opens_an_address_is_not_kept(studio: Studio[Any], lab: il.Lab) -> None:
    studio.params = {"quality": "low", "extra": {"key": "secret"}, "style": "https://u:p@a.test/"}

    recall(studio).save("cheap")

    with lab._engine.catalog.reading() as db:
        assert presets.read(db, "cheap") == {
            "model": "openai/gpt-image-2",
            "n": 1,
            "params": {"quality": "low"},
        }


def test_loading_from_an_asset_fills_the_form_and_can_be_undone(
    studio: Studio[Any], lab: il.Lab
) -> None:
    lab.submit("A harbour", model="runware/gpt-image-1.5", quality="low").wait()

    recall(studio).load("#1")
    loaded = (studio.prompt, studio.model, studio.params)
    recall(studio).undo()

    assert loaded == ("A harbour", "runware/gpt-image-1.5", {"quality": "low"})
    assert (studio.prompt, studio.model) == ("A fox", "openai/gpt-image-2")
    assert studio.params == {"quality": "low", "size": "square"}


def test_loading_an_edit_brings_its_images_and_its_mask(studio: Studio[Any], lab: il.Lab) -> None:
    fox = lab.generate("A fox", quality="low")[0]
    mask = il.Mask.rect(0, 0, 32, 32, of=(fox.width, fox.height))
    edited = fox.edit("a hat", mask=mask, quality="low")[0]

    recall(studio).load(f"#{edited.id}")
    exec(studio.code, {"lab": lab})  # noqa: S102 - our own code, which is the test

    assert studio.params["images"] == [fox.id]
    assert f"mask=lab.asset(uuid={lab.asset(studio.params['mask']).uuid!r})" in studio.code
    with lab._engine.catalog.reading() as db:
        one, other = requests.request_of(db, 2), requests.request_of(db, 3)
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    ("name", "sentence"), [("#99", "no asset #99"), ("nonsense", "no asset"), ("", "no asset")]
)
def test_an_asset_that_is_not_there_changes_nothing(
    studio: Studio[Any], name: str, sentence: str
) -> None:
    with pytest.raises(AssetNotFoundError, match=sentence):
        recall(studio).load(name)

    assert studio.prompt == "A fox"


def test_the_mouse_is_told_in_the_same_words(studio: Studio[Any]) -> None:
    recall(studio)._asset.value = "#99"

    recall(studio)._load.click()

    assert "no asset #99 in this catalog" in said(studio)


def test_a_model_that_is_gone_changes_nothing(studio: Studio[Any], lab: il.Lab) -> None:
    with lab._engine.catalog.writing() as db:
        presets.save(db, "old", {"model": "openai/gone", "n": 5, "params": {"quality": "high"}})

    with pytest.raises(UnknownModelError, match="is no offer"):
        recall(studio).use("old")

    assert (studio.n, studio.params["quality"]) == (1, "low")


def test_the_next_studio_begins_with_what_was_sent_last(studio: Studio[Any], lab: il.Lab) -> None:
    studio.n = 2
    studio.generate()

    begun = lab.studio()

    assert (begun.prompt, begun.n, begun.model) == ("A fox", 2, "openai/gpt-image-2")
    assert begun.params == {"quality": "low", "size": "square"}


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"prompt": 1, "model": "openai/gpt-image-2", "n": 1, "params": {}},
        {"prompt": "", "model": "openai/gone", "n": 1, "params": {}},
        {"prompt": "", "model": "openai/gpt-image-2", "n": -5, "params": {"size": {"a": 1}}},
        {"prompt": "", "model": "openai/gpt-image-2", "n": 1, "params": [1]},
    ],
)
def test_a_catalog_that_remembers_nonsense_still_opens_a_studio(
    lab: il.Lab, kept: dict[str, Any]
) -> None:
    with lab._engine.catalog.writing() as db:
        presets.remember(db, kept)

    assert lab.studio().n >= 1


def test_a_branch_begins_anew(studio: Studio[Any], lab: il.Lab) -> None:
    lab.generation(studio.generate()).wait()

    branched = lab.asset(1).lineage().view().branch(1)

    assert (branched.prompt, branched.params) == ("", {"images": [1], "quality": "low"})


def test_a_closed_studio_leaves_nothing_behind(lab: il.Lab) -> None:
    before = len(ipywidgets.widgets.widget._instances)

    lab.studio().close()

    assert len(ipywidgets.widgets.widget._instances) == before
