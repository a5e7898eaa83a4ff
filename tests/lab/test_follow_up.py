from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from imagelab.sandbox.book import Book

Png = Callable[..., bytes]


def mask(width: int) -> Image.Image:
    clear = Image.new("RGBA", (64, 48), "white")
    clear.paste((0, 0, 0, 0), (0, 0, width, 48))
    return clear


def test_an_edit_keeps_its_parents_quality(lab: il.Lab) -> None:
    parent = lab.generate("A fox", quality="low", size="square")[0]

    child = parent.edit("at night")

    assert child.params == {"quality": "low"}


def test_an_asset_is_regenerated_as_one_image(lab: il.Lab) -> None:
    several = lab.generate("A fox", quality="low", size="square", n=3)

    assert len(several[1].regenerate()) == 1


def test_a_new_mask_takes_the_place_of_the_old_one(lab: il.Lab, png: Png) -> None:
    first = lab.generate("A hat", images=png(), mask=mask(8), quality="low")

    second = first[0].regenerate(mask=mask(16))

    found = lab.sql("SELECT blob FROM input WHERE role = 'mask' ORDER BY generation")
    assert second.inputs == first.inputs
    assert found.blob.nunique() == 2


def test_what_is_reused_takes_the_tags_of_the_request(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low", size="square")

    again = lab.generate("A fox", quality="low", size="square", reuse=True, tags=["hero"])

    assert again[0].tags == ("hero",)


def test_more_images_than_one_call_makes_are_several_calls_in_code_too(lab: il.Lab) -> None:
    code = lab.quote("A fox", n=12).code("python")

    assert code.startswith("# 12 images are 2 calls")
    assert "'n': 10" in code
    assert "'n': 2" in code


def test_a_sandbox_is_asked_for_with_true_or_false(tmp_path: Path) -> None:
    with pytest.raises(il.errors.RequestError, match="sandbox='no' is not True, False or None"):
        il.open(tmp_path / "a.db", sandbox="no")  # type: ignore[arg-type] # the mistake that is meant


def test_a_link_to_a_catalog_is_locked_as_the_catalog_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    il.open(tmp_path / "real" / "a.db", sandbox=True).close()
    (tmp_path / "b.db").symlink_to(tmp_path / "real" / "a.db")

    il.open(tmp_path / "b.db").close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.db", "real"]


def test_a_page_needs_no_format_where_its_name_says_it(lab: il.Lab, tmp_path: Path) -> None:
    lab.generate("A fox", quality="low", size="square")

    page = lab.search().export(tmp_path / "fox.html")

    assert page.path.read_text().startswith("<!doctype html>")


def test_under_a_budget_nothing_is_sent_while_something_may_have_cost_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge:1")
    with il.open(tmp_path / "sandbox.db", sandbox=True) as lab:
        with pytest.raises(il.errors.OutcomeUnknownError, match="may have been billed"):
            lab.generate("A fox", model="openai/gpt-image-2", extra={"user": "u1"})
        lab.budget(total=5)

        with pytest.raises(il.errors.BudgetError, match=r"1 earlier .* anything \(g1\), .*settle"):
            lab.generate("A koi", quality="low")
    assert len(Book(tmp_path / "sandbox.book").bill()) == 1


@pytest.mark.parametrize(
    "extra",
    [{"ttl": 60}, {"webhookURL": "https://hooks.example/x"}, {"outputType": "dataURI"}],
)
def test_what_runware_does_with_a_result_changes_no_price(
    lab: il.Lab, extra: dict[str, object]
) -> None:
    plain = lab.quote("A fox", model="runware/gpt-image-1.5")

    told = lab.quote("A fox", model="runware/gpt-image-1.5", extra=extra)

    assert told.range == plain.range


@pytest.mark.parametrize("output", ["URL", "base64Data", "dataURI"])
def test_an_image_of_runware_is_kept_whichever_way_it_comes(lab: il.Lab, output: str) -> None:
    runware = {"model": "runware/gpt-image-1.5", "quality": "low"}

    g = lab.generate("A fox", n=2, extra={"outputType": output}, **runware)  # type: ignore[arg-type] # all are words

    assert (g.status, [asset.format for asset in g]) == ("succeeded", ["jpeg", "jpeg"])
    assert g.cost is not None


def test_a_saved_image_makes_its_folders(lab: il.Lab, tmp_path: Path) -> None:
    asset = lab.generate("A fox", quality="low", size="square")[0]

    saved = asset.save(tmp_path / "deep" / "fox.png")

    assert Image.open(io.BytesIO(saved.read_bytes())).size == (1024, 1024)
