from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.catalog import requests
from imagelab.errors import InputImageError, RequestError
from imagelab.widgets.strip import Strip
from imagelab.widgets.studio import Studio


@pytest.fixture
def studio(lab: il.Lab) -> Studio[Any]:
    made = lab.studio()
    made.params = {"quality": "low"}
    made.prompt = "A fox"
    return made


def png(colour: str = "red", side: int = 512) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def strip(studio: Studio[Any]) -> Strip:
    made = studio.form.controls["images"]
    assert isinstance(made, Strip)
    return made


def told(studio: Studio[Any], name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a page is answered."""
    return dict(strip(studio).channel._act(name, given))


def drop(studio: Studio[Any], data: bytes, name: str = "fox.png", piece: int = 10**9) -> int:
    """A file as a page sends it, in pieces; where it is put is the page's to say."""
    for at in range(0, max(1, len(data)), piece):
        part = base64.b64encode(data[at : at + piece]).decode()
        last = at + piece >= len(data)
        answer = told(studio, "take", {"file": "a", "name": name, "data": part, "last": last})
    number = int(answer["asset"])
    strip(studio).value = [*strip(studio).value, number]
    return number


def test_a_dropped_file_is_kept_and_asked_with(studio: Studio[Any], lab: il.Lab) -> None:
    data = png()

    number = drop(studio, data, piece=300)

    assert lab.asset(number).read() == data
    assert studio.params["images"] == [number]
    assert f"images=[lab.asset(uuid={lab.asset(number).uuid!r})]" in studio.code


def test_the_same_file_again_is_the_same_asset(studio: Studio[Any]) -> None:
    assert drop(studio, png()) == drop(studio, png(), "other.png")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "fox.png is empty"),
        (b"<svg onload=alert(1)>", "fox.png is an SVG"),
        (png()[:200], "fox.png is a damaged PNG"),
    ],
)
def test_a_file_that_is_no_image_is_refused_in_a_sentence(
    studio: Studio[Any], lab: il.Lab, data: bytes, sentence: str
) -> None:
    with pytest.raises(InputImageError, match=sentence):
        drop(studio, data)

    assert len(lab.search("is:imported")) == 0
    assert "images" not in studio.params


@pytest.mark.parametrize(
    "given", [{}, {"file": 1}, {"file": "a", "name": "a", "data": "!", "last": True}]
)
def test_what_is_no_piece_of_a_file_is_refused(studio: Studio[Any], given: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match=r"no piece of a file|did not arrive whole"):
        told(studio, "take", given)


def test_an_asset_of_another_catalog_is_not_taken_for_one_here(
    studio: Studio[Any], lab: il.Lab
) -> None:
    number = drop(studio, png())

    assert told(studio, "dragged", {"id": number, "uuid": lab.asset(number).uuid[:8]})
    with pytest.raises(InputImageError, match="it was of another catalog"):
        told(studio, "dragged", {"id": number, "uuid": "0000ffff"})


def test_the_order_on_the_strip_is_the_order_that_is_asked(studio: Studio[Any]) -> None:
    red, blue = drop(studio, png("red")), drop(studio, png("blue"))

    strip(studio).value = [blue, red]

    assert studio.params["images"] == [blue, red]


def test_what_code_gave_stands_on_the_strip_by_its_name(studio: Studio[Any], lab: il.Lab) -> None:
    picture, asset = Image.new("RGB", (512, 512)), lab.asset(drop(studio, png()))
    studio.params = {"images": [picture, asset, f"#{asset.id}"]}

    strip(studio).value = strip(studio).value[:2]

    assert strip(studio).value == [-1, asset.id]
    assert strip(studio).names == {"-1": "Image"}
    assert studio.params["images"] == [picture, asset.id]


def test_what_a_page_makes_up_is_left_out(studio: Studio[Any]) -> None:
    strip(studio).value = [-7, 0]

    assert "images" not in studio.params


def test_an_image_that_is_not_there_is_said_at_the_strip(studio: Studio[Any]) -> None:
    strip(studio).value = [99]

    assert "no asset #99" in studio.form.children[-1].value
    assert studio.form.button.disabled


def test_more_images_than_the_model_takes_are_said_at_the_strip(studio: Studio[Any]) -> None:
    studio.params = {"images": [drop(studio, png())] * 17}

    assert "takes at most 16 of images=" in studio.form.fields["images"]._note.value


def test_what_is_selected_on_the_board_or_in_a_gallery_can_be_taken(
    studio: Studio[Any], lab: il.Lab
) -> None:
    number = drop(studio, png())
    gallery = lab.gallery("is:imported")

    gallery.selected_ids = [number]

    assert told(studio, "selected", {}) == {"ids": [number]}
    studio.selected_ids = [7]
    assert told(studio, "selected", {}) == {"ids": [7]}


def test_a_painted_mask_is_kept_and_named_in_the_code(studio: Studio[Any], lab: il.Lab) -> None:
    told(studio, "paint", {"id": drop(studio, png(side=64))})
    assert studio.masking
    assert studio.masking.painter
    studio.masking.painter.mask = il.Mask.rect(0, 0, 32, 32, of=(64, 64))

    studio.masking.take()

    mask = lab.asset(studio.params["mask"])
    assert mask.width == 64
    assert f"mask=lab.asset(uuid={mask.uuid!r})" in studio.code
    assert strip(studio).mask == f"#{mask.id}"


def test_a_mask_can_be_left_out_again(studio: Studio[Any]) -> None:
    studio.params = {"images": [drop(studio, png())], "mask": 1}

    told(studio, "unmask", {})

    assert "mask" not in studio.params


def test_the_code_of_inputs_and_mask_asks_for_the_same(studio: Studio[Any], lab: il.Lab) -> None:
    first, second = drop(studio, png("red", 64)), drop(studio, png("blue", 64))
    told(studio, "paint", {"id": first})
    assert studio.masking
    assert studio.masking.painter
    studio.masking.painter.mask = il.Mask.rect(0, 0, 32, 32, of=(64, 64))
    studio.masking.take()

    exec(studio.code, {"lab": lab})  # noqa: S102 - our own code, which is the test
    studio.generate()

    with lab._engine.catalog.reading() as db:
        one, other = requests.request_of(db, 1), requests.request_of(db, 2)
    assert one.fingerprint() == other.fingerprint()
    assert [asset.id for asset in lab.generation(2).inputs] == [first, second]
