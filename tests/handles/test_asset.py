from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import AssetNotFoundError, RequestError


def test_an_asset_knows_where_it_came_from(lab: il.Lab) -> None:
    generation = lab.generate("a red fox", size="1536x1024", quality="low", tags=["hero"])

    asset = generation[0]

    assert (asset.id, asset.prompt, asset.tags) == (1, "a red fox", ("hero",))
    assert (asset.provider, asset.model) == ("openai", "gpt-image-2")
    assert asset.params == {"size": "1536x1024", "quality": "low"}
    assert asset.generation == generation
    assert (asset.parents, asset.children) == ([], [])
    assert asset.created_at.tzinfo is UTC


def test_an_asset_knows_its_picture_and_its_price(lab: il.Lab) -> None:
    asset = lab.generate("a red fox", size="1536x1024", quality="low")[0]

    assert (asset.width, asset.height, asset.format) == (1536, 1024, "png")
    assert asset.image.size == (1536, 1024)
    assert asset.size_bytes == len(asset.read())
    assert len(asset.sha256) == 64
    assert asset.cost is not None
    assert asset.cost.source == "computed"
    assert asset.cost.amount > Decimal(0)


def test_a_thumbnail_is_a_small_picture(lab: il.Lab) -> None:
    small = lab.generate("a red fox")[0].thumbnail

    assert small is not None
    with Image.open(io.BytesIO(small)) as picture:
        assert max(picture.size) == 320


def test_two_handles_of_one_image_are_equal(lab: il.Lab) -> None:
    fox, hare = lab.generate("a red fox")[0], lab.generate("a hare")[0]

    assert fox == lab.asset(1) == lab.asset("#1") == lab.asset(uuid=fox.uuid)
    assert fox != hare
    assert len({fox, lab.asset(1), hare}) == 2
    assert fox != fox.uuid


def test_an_asset_shows_what_was_said_of_it_since(lab: il.Lab) -> None:
    asset = lab.generate("a red fox")[0]

    asset.rate(4).tag("hero", "fox").untag("hero").reject()
    asset.caption, asset.note = "a fox sits", "for the cover"

    again = lab.asset(1)
    assert (again.rating, again.tags, again.rejected) == (4, ("fox",), True)
    assert (again.caption, again.note) == ("a fox sits", "for the cover")
    assert asset.rate(0).unreject().rating is None


def test_a_caption_is_text_or_nothing(lab: il.Lab) -> None:
    asset = lab.generate("a red fox")[0]

    with pytest.raises(RequestError, match="caption=7 is not text; None takes it away"):
        asset.caption = 7  # type: ignore[assignment] # what a user may do

    asset.caption = ""
    assert asset.caption is None


def test_an_edit_is_a_child_with_the_offer_of_its_parent(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", model="openai/gpt-image-1.5", quality="low")[0]

    lamp = fox.edit("add a lamp")[0]

    assert lamp.parents == [fox]
    assert fox.children == [lamp]
    assert lamp.model == "gpt-image-1.5"
    assert lamp.generation is not None
    assert lamp.generation.inputs == [fox]


def test_an_edit_takes_a_mask_and_more_images(lab: il.Lab) -> None:
    fox, hare = lab.generate("a red fox")[0], lab.generate("a hare")[0]
    mask = Image.new("RGBA", fox.image.size, "black")
    mask.paste((0, 0, 0, 0), (0, 0, 200, 200))

    both = fox.edit("together", mask=mask, images=lab.search("hare"))

    assert both.inputs == [fox, hare]


def test_a_variation_keeps_the_prompt(lab: il.Lab) -> None:
    fox = lab.generate("a red fox")[0]

    more = fox.vary(2)

    assert [asset.prompt for asset in more] == ["a red fox", "a red fox"]
    assert more.inputs == [fox]


def test_a_regeneration_asks_the_same_with_what_is_named_changed(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", size="1536x1024", quality="low", tags=["hero"])[0]

    again = fox.regenerate(quality="medium")

    assert again.params == {"size": "1536x1024", "quality": "medium"}
    assert again[0].tags == ("hero",)
    assert again.inputs == []


def test_an_imported_asset_has_no_request_to_repeat(lab: il.Lab, png: Callable[..., bytes]) -> None:
    lab.generate("a lamp beside it", images=png(size=(512, 512)))

    given = lab.asset(1)

    assert (given.provider, given.generation, given.cost) == (None, None, None)
    assert given.code() == "lab.asset(1)"
    assert repr(given) == "Asset(#1 512×512 png, imported)"
    with pytest.raises(RequestError, match="asset #1 was imported; there is no request to repeat"):
        given.regenerate()


def test_code_says_the_request_again(lab: il.Lab) -> None:
    asset = lab.generate("a red fox", quality="low")[0]

    assert asset.code() == ("lab.generate('a red fox', model='openai/gpt-image-2', quality='low')")
    assert "sandbox-key" not in asset.code("curl")


def test_the_original_is_saved_untouched(lab: il.Lab, tmp_path: Path) -> None:
    asset = lab.generate("a red fox")[0]

    saved = asset.save(tmp_path / "fox.PNG")

    assert saved.read_bytes() == asset.read()


def test_a_name_of_another_format_is_refused(lab: il.Lab, tmp_path: Path) -> None:
    asset = lab.generate("a red fox")[0]

    with pytest.raises(RequestError, match=r"save it as 'fox.png', or pass convert=True"):
        asset.save(tmp_path / "fox.jpg")

    with pytest.raises(RequestError, match=r"a name ends in .png, .jpg, .jpeg or .webp"):
        asset.save(tmp_path / "fox.tiff", convert=True)
    assert list(tmp_path.glob("fox.*")) == []


@pytest.mark.parametrize(("name", "written"), [("fox.jpg", "JPEG"), ("fox.webp", "WEBP")])
def test_a_copy_can_be_converted(lab: il.Lab, tmp_path: Path, name: str, written: str) -> None:
    asset = lab.generate("a red fox")[0]

    saved = asset.save(tmp_path / name, convert=True)

    with Image.open(saved) as picture:
        assert (picture.format, picture.size) == (written, (1024, 1024))


def test_what_is_see_through_becomes_white_on_paper(lab: il.Lab, tmp_path: Path) -> None:
    asset = lab.generate("a crane", model="openai/gpt-image-1.5", background="transparent")[0]

    saved = asset.save(tmp_path / "crane.jpg", convert=True)

    with Image.open(saved) as picture:
        corner = picture.getpixel((1, 1))
    assert isinstance(corner, tuple)
    assert min(corner[:3]) > 250


def test_a_number_that_is_not_there_is_a_key_error_with_a_sentence(lab: il.Lab) -> None:
    with pytest.raises(AssetNotFoundError, match=r"^no asset #7 in this catalog;") as caught:
        lab.asset(7)

    assert isinstance(caught.value, KeyError)


def test_an_asset_of_a_closed_lab_still_has_a_line(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        asset = lab.generate("a red fox")[0]

    assert repr(asset) == "Asset(#1: the catalog sandbox.db was closed; open it again)"
    assert asset._repr_mimebundle_() == {"text/plain": repr(asset)}
    assert len({asset, asset}) == 1
