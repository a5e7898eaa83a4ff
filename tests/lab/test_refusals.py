from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import (
    BudgetError,
    CatalogError,
    CatalogModeError,
    CatalogVersionError,
    InputImageError,
    MissingKeyError,
    RequestError,
    UnknownModelError,
    UnsupportedParamError,
)
from imagelab.sandbox.book import Book

Png = Callable[..., bytes]
RUNWARE = {"provider": "runware"}
CLOUDFLARE = {"model": "cloudflare/openai/gpt-image-2"}


def hole(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def unharmed(lab: il.Lab, catalog_path: Path) -> Iterator[il.Lab]:
    """A lab in which nothing is sent, recorded or billed by what a test does."""
    yield lab
    with sqlite3.connect(catalog_path) as db:
        counts = db.execute(
            "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM generation), "
            "(SELECT count(*) FROM asset)"
        ).fetchone()
    db.close()
    assert counts == (0, 0, 0)
    assert Book(catalog_path.with_name("sandbox.book")).bill() == []


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"model": "openai/gpt-imge-2"}, UnknownModelError, "Did you mean 'gpt-image-2'?"),
    ({"model": "gpt-imge-2"}, UnknownModelError, "there is no model 'gpt-imge-2'; there are"),
    ({"model": "opnai/gpt-image-2"}, UnknownModelError, "Did you mean 'openai'?"),
    ({"provider": "opnai"}, UnknownModelError, "there is no provider 'opnai'; there are"),
    ({"model": "gpt-image-1.5"}, UnknownModelError, r"openai/gpt-image-1.5 \(.*, runware/gpt"),
    ({"model": 2}, RequestError, "model=2 is not a name"),
    ({"quality": "hgih"}, UnsupportedParamError, "quality='hgih'.*Did you mean 'high'?"),
    ({"quality": "xhigh"}, UnsupportedParamError, "gpt-image-2.5-flare.* would take it"),
    ({"quality": 3}, UnsupportedParamError, "quality=3; it takes 'auto', 'low', 'medium', 'high'"),
    ({"quality": ""}, RequestError, "quality='' is not a word"),
    ({"size": "1000x1000"}, UnsupportedParamError, "multiples of 16"),
    ({"size": "large"}, RequestError, "size='large' is not a size"),
    ({"style": "vivid"}, UnsupportedParamError, "it has no style"),
    ({"prompt": ""}, RequestError, "is empty"),
    ({"prompt": None}, RequestError, "prompt=None is not text"),
    ({"prompt": "a \ud800"}, RequestError, "half a character"),
    ({"prompt": "a" * 32_001}, RequestError, "this one has 32,001"),
    ({"prompt": "a", **RUNWARE}, RequestError, "2 to 32,000 characters.*would take it"),
    ({"n": 0}, RequestError, "n=0 is not a whole number of images from 1 to 10,000"),
    ({"n": "2"}, RequestError, "n='2' is not a whole number"),
    ({"n": True}, RequestError, "n=True is not a whole number"),
    ({"n": 2.0}, RequestError, "n=2.0 is not a whole number"),
    ({"tags": "fox"}, RequestError, r"tags='fox' is one word; give a list: tags=\['fox'\]"),
    ({"tags": [""]}, RequestError, "tag '' is not a word"),
    ({"tags": 7}, RequestError, "tags=7 is not a list"),
    ({"background": "transparent", "format": "jpeg"}, RequestError, "'transparent' cannot be"),
    ({"format": "png", "compression": 50}, RequestError, "compression= only with format='jpeg'"),
    ({"compression": 50}, RequestError, "compression= only with"),
    ({"compression": 101}, RequestError, "compression=101 is not a whole number from 0 to 100"),
    ({"compression": 10, **RUNWARE}, UnsupportedParamError, "it takes '20', '99'"),
    ({"extra": {"size": "x"}}, RequestError, "is not passed on; use size= for it"),
    ({"extra": {"stream": True}}, RequestError, "imagelab sets it itself"),
    ({"extra": {"taskUUID": "x"}, **RUNWARE}, RequestError, "imagelab sets it itself"),
    ({"extra": {"inputs": 1}, **RUNWARE}, RequestError, "would replace fields; give a dict"),
    ({"extra": {"user": float("nan")}}, RequestError, "cannot be written as JSON"),
    ({"extra": {"user": "\ud800"}}, RequestError, "cannot be written as JSON"),
    (
        {"extra": {1: 2}},
        RequestError,
        "has a field named 1; the provider's fields are named by text",
    ),
    ({"extra": {"a": [{"b": {None: 2}}]}}, RequestError, "has a field named None"),
    (
        {"extra": {"prompt": "x"}, **CLOUDFLARE},
        RequestError,
        "is not passed on; use prompt= for it",
    ),
    ({"extra": {"outputType": "jpg"}, **RUNWARE}, RequestError, "is none of 'URL', 'base64Data'"),
    ({"extra": "user=x"}, RequestError, "is not a dict in the provider's own spelling"),
    ({"reuse": "no"}, RequestError, "reuse='no' is not True or False"),
    ({"input_fidelity": "high"}, UnsupportedParamError, "openai/gpt-image-1.5, .* would take it"),
    ({"qualty": "low"}, RequestError, "qualty= is not a parameter.*Did you mean 'quality'?"),
    ({"images": True}, InputImageError, "images=True is not an image"),
    ({"images": 5}, il.errors.AssetNotFoundError, "no asset #5 in this catalog"),
    ({"images": "ftp://a.example/b.png"}, InputImageError, "neither a path nor an https address"),
    ({"images": "nowhere.png"}, InputImageError, "there is no file 'nowhere.png'"),
    ({"images": "iVBORw0KGgoAAAANSUhEUg"}, InputImageError, "never bare base64"),
    ({"images": b"hello"}, InputImageError, "is text, not an image"),
    ({"images": object()}, InputImageError, "object is not an image"),
    ({"images": [hole(8, 8)] * 17}, RequestError, "at most 16 of images=; 17 were given"),
    ({"mask": hole(8, 8)}, InputImageError, "mask= needs the image it belongs to"),
    ({"images": hole(8, 8), "mask": hole(8, 9)}, InputImageError, "mask is 8×9 and its image 8×8"),
    ({"images": hole(8, 8), "mask": hole(8, 8), **RUNWARE}, RequestError, "2, .* would take it"),
]


@pytest.mark.parametrize("verb", ["quote", "submit"])
@pytest.mark.parametrize(("given", "kind", "said"), BAD, ids=[c[2][:50] for c in BAD])
def test_bad_input_is_one_sentence_and_nothing_is_sent(
    unharmed: il.Lab, verb: str, given: dict[str, Any], kind: type[Exception], said: str
) -> None:
    asked = {"prompt": "a fox", **given}

    with pytest.raises(kind, match=said) as caught:
        getattr(unharmed, verb)(**asked)

    assert "\n" not in str(caught.value)


def test_an_unknown_word_to_generate_is_told_with_the_one_that_was_meant(unharmed: il.Lab) -> None:
    with pytest.raises(RequestError, match=r"does not take qualty='low'; .* mean quality=\?$"):
        unharmed.generate("a fox", qualty="low")  # type: ignore[call-arg] # the mistake that is meant


@pytest.mark.parametrize("verb", ["quote", "submit", "generate"])
def test_without_a_prompt_one_is_asked_for(unharmed: il.Lab, verb: str) -> None:
    with pytest.raises(RequestError, match=r"prompt='' is empty; say what the image should show"):
        getattr(unharmed, verb)()


def test_an_offer_is_found_by_number_or_name_and_what_is_none_says_so(unharmed: il.Lab) -> None:
    models = unharmed.models()

    assert models["runware/gpt-image-1.5"].native == "openai:4@1"
    with pytest.raises(
        UnknownModelError, match=r"lab.models\(\)\['name'\] is none .* number, a sl"
    ):
        models["name"]


def test_a_text_file_is_no_image(unharmed: il.Lab, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_text("a fox")

    with pytest.raises(InputImageError, match=r"'fox.png' is text, not an image \(5 bytes\)"):
        unharmed.generate("a fox", images=tmp_path / "fox.png")


def test_an_asset_of_another_lab_is_not_mistaken_for_ours(lab: il.Lab, tmp_path: Path) -> None:
    ours = lab.generate("a fox", quality="low")[0]
    with il.open(tmp_path / "other.db", sandbox=True) as other:
        other.generate("a cat", quality="low")

        with pytest.raises(InputImageError, match=r"asset #1 is of another lab; give its bytes"):
            other.generate("at night", images=ours)
        with pytest.raises(InputImageError, match="of another lab"):
            other.generate("at night", images=[lab.generate("a dog", quality="low")[0]])


def test_a_search_that_found_nothing_is_no_image(unharmed: il.Lab) -> None:
    with pytest.raises(InputImageError, match="has no image to start from"):
        unharmed.generate("at night", images=unharmed.search("fox"))


def test_a_mask_without_a_clear_pixel_is_refused(unharmed: il.Lab, png: Png) -> None:
    with pytest.raises(InputImageError, match="the mask has no clear pixel"):
        unharmed.generate("a hat", images=png(), mask=png())


def test_whole_numbers_of_a_frame_are_numbers(lab: il.Lab) -> None:
    first = lab.generate("a fox", quality="low", n=np.int64(1))[0]  # type: ignore[arg-type] # as frames have them

    assert lab.asset(np.int64(1)) == first  # type: ignore[arg-type] # the same
    assert lab.quote("at night", images=np.int64(1), compression=np.int64(9), format="webp").n == 1


def test_a_field_nobody_knows_leaves_the_price_open_upwards(unharmed: il.Lab) -> None:
    quote = unharmed.quote("a fox", extra={"safety_identifier": "u1"})

    assert quote.high is None
    assert quote.likely is not None
    assert "no upper limit" in str(quote)


def test_a_budget_is_held_before_anything_is_sent(unharmed: il.Lab) -> None:
    unharmed.budget(total=0.001)
    said = (
        r"this would cost up to \$0\.\d+, and \$0.001 of the budget's \$0.001 is left; nothing was"
    )

    with pytest.raises(BudgetError, match=said):
        unharmed.quote("a fox")
    with pytest.raises(BudgetError, match=said):
        unharmed.generate("a fox")


def test_an_open_price_and_a_budget_do_not_go_together(unharmed: il.Lab) -> None:
    unharmed.budget(total=100)

    with pytest.raises(BudgetError, match=r"no upper price in dollars.*lab.budget"):
        unharmed.generate("a fox", extra={"safety_identifier": "u1"})


def test_without_a_key_only_paying_says_which_is_missing(tmp_path: Path) -> None:
    with il.open(tmp_path / "real.db", sandbox=False) as lab:
        quote = lab.quote("a fox", model="openai/gpt-image-2")

        with pytest.raises(MissingKeyError, match="no key for openai: set OPENAI_API_KEY, or pass"):
            lab.generate("a fox", model="openai/gpt-image-2")
        with pytest.raises(MissingKeyError, match="there is no key for any provider"):
            lab.generate("a fox")
        assert quote.likely is not None
        assert lab.sql("SELECT * FROM generations").empty


def made_text(path: Path) -> None:
    path.write_text("my notes\n" * 400)


def made_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE asset (id)")
    db.close()


def made_newer(path: Path) -> None:
    il.open(path, sandbox=True).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def made_real(path: Path) -> None:
    il.open(path, sandbox=False).close()


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (made_text, CatalogError, "'mine' is not an imagelab catalog; nothing in it was changed"),
        (made_database, CatalogError, "'mine' is not an imagelab catalog"),
        (Path.mkdir, CatalogError, "'mine' is a folder; a catalog is a file"),
        (
            made_newer,
            CatalogVersionError,
            r"newer imagelab \(schema 99, .*nothing in it was changed",
        ),
        (made_real, CatalogModeError, "is a real catalog, and sandbox was asked for"),
    ],
    ids=["text", "database", "folder", "newer", "other kind"],
)
def test_a_path_that_cannot_be_opened_says_why_and_is_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], kind: type[Exception], said: str
) -> None:
    path = tmp_path / "mine"
    make(path)
    before = None if path.is_dir() else path.read_bytes()

    with pytest.raises(kind, match=said):
        il.open(path, sandbox=True)

    assert (None if path.is_dir() else path.read_bytes()) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": 7}, "path=7 is not a path"),
        ({"path": ""}, "path='' is not a path"),
        ({"budget": "x"}, "budget='x' is not an amount in dollars"),
        ({"budget": -1}, "budget=-1 is not an amount"),
        ({"keys": {"opnai": "sk-0123456789"}}, "keys={'opnai': …} is for nobody.*mean 'openai'?"),
        ({"keys": "sk-0123456789"}, "keys= is not a dict of keys by provider"),
        ({"keys": {"openai": 7}}, "keys={'openai': …} is not text"),
        ({"model": "gpt-imge-2"}, "there is no model 'gpt-imge-2'"),
    ],
)
def test_opening_with_bad_input_says_so(tmp_path: Path, given: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said) as caught:
        il.open(**{"path": tmp_path / "new.db", "sandbox": True, **given})

    assert "0123456789" not in str(caught.value)


def test_a_catalog_that_takes_no_intent_says_that_nothing_was_billed(lab: il.Lab) -> None:
    full = "PRAGMA max_page_count = 1"  # for this connection the file is as large as it may be
    lab._engine.writer.write(lambda db: db.execute(full).fetchall()).result()

    with pytest.raises(CatalogError, match=r"disk .* is full.*Nothing was sent, so nothing was"):
        lab.generate("A lighthouse " * 2_000, quality="low")
