from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import InputImageError

Png = Callable[..., bytes]
URL = "https://assets.runware.ai/assets/inputs/portrait.jpg"


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


FORMS: dict[str, Callable[[bytes, Path], object]] = {
    "bytes": lambda data, _: data,
    "path": lambda data, folder: (folder / "in.png").write_bytes(data) and folder / "in.png",
    "text path": lambda data, folder: (
        (folder / "in.png").write_bytes(data) and str(folder / "in.png")
    ),
    "PIL image": lambda data, _: Image.open(io.BytesIO(data)),
    "array": lambda data, _: np.asarray(Image.open(io.BytesIO(data))),
    "data URI": lambda data, _: f"data:image/png;base64,{base64.b64encode(data).decode()}",
    "list": lambda data, _: [data],
}


@pytest.mark.parametrize("form", FORMS)
def test_an_image_is_taken_in_every_form_one_has_it_in(
    lab: il.Lab, png: Png, tmp_path: Path, form: str
) -> None:
    given = FORMS[form](png(), tmp_path)

    g = lab.generate("a hat", quality="low", images=given)

    [parent] = g.inputs
    assert pixels(parent.read()) == pixels(png())
    assert g[0].parents == [parent]
    assert lab.search("is:imported")[0] == parent


@pytest.mark.parametrize("form", ["asset", "number", "text", "assets", "generation"])
def test_what_is_in_the_catalog_is_taken_by_handle_and_by_number(lab: il.Lab, form: str) -> None:
    first = lab.generate("a fox", quality="low")
    given = {
        "asset": first[0],
        "number": 1,
        "text": "#1",
        "assets": lab.search("fox"),
        "generation": first,
    }

    edit = lab.generate("at night", quality="low", images=given[form])

    assert edit.inputs == [first[0]]
    assert len(lab.search("")) == 2


def test_a_mask_is_taken_from_an_asset_and_is_no_parent(lab: il.Lab, png: Png) -> None:
    cut_out = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    hole = lab.generate("a hat", quality="low", images=[png(), cut_out]).inputs[1]

    g = lab.generate("a scarf", quality="low", images=png(), mask=hole)

    assert [asset.id for asset in g.inputs] == [lab.generation(1).inputs[0].id]
    assert lab.sql("SELECT role FROM input WHERE generation = 2 ORDER BY position")[
        "role"
    ].tolist() == ["input", "mask"]


@pytest.mark.parametrize("mask", [True, 99, "nowhere.png", b"text"])
def test_what_is_no_mask_is_refused(lab: il.Lab, png: Png, mask: object) -> None:
    with pytest.raises(il.errors.ImagelabError, match=r"mask=True|no asset #99|no file|text, not"):
        lab.generate("a hat", images=png(), mask=mask)


def test_a_quote_fetches_no_address(lab: il.Lab, catalog_path: Path) -> None:
    quote = lab.quote("a hat", images="https://nowhere.example/in.png", mask="https://x.example/m")

    assert quote.likely
    assert "images=['https://nowhere.example/in.png']" in quote.code()
    assert not catalog_path.with_name("sandbox.book").exists()


def test_an_address_goes_as_bytes_to_who_takes_no_addresses(lab: il.Lab) -> None:
    g = lab.generate("a hat", quality="low", images=URL)

    body = lab.sql("SELECT body FROM call")["body"][0]
    assert URL not in body
    assert g.inputs[0].sha256 in body
    assert g.inputs[0].format == "jpeg"


def test_an_address_goes_verbatim_to_who_takes_addresses_and_is_kept(lab: il.Lab) -> None:
    g = lab.generate("a hat", model="runware/gpt-image-1.5", quality="low", images=URL)

    assert URL in lab.sql("SELECT body FROM call")["body"][0]
    assert g.inputs[0].read().startswith(b"\xff\xd8")
    assert f"images=['{URL}']" in g.code()


def test_an_address_that_gives_nothing_is_refused_and_nothing_is_sent(lab: il.Lab) -> None:
    with pytest.raises(InputImageError, match="at that address cannot be read: no connection"):
        lab.generate("a hat", images="https://nowhere.example/in.png")

    assert lab.sql("SELECT * FROM generations").empty


def test_an_address_is_read_only_when_nothing_else_is_wrong(tmp_path: Path) -> None:
    with (
        il.open(tmp_path / "real.db", sandbox=False) as lab,
        pytest.raises(il.errors.MissingKeyError, match="no key for openai"),
    ):
        lab.generate("a hat", provider="openai", images="https://nowhere.invalid/in.png")
