from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.sandbox.book import Book
from imagelab.sandbox.odd_answers import TABLE

pytestmark = pytest.mark.fault

# Where each kind strikes: whose work is asked for, and whose images are fetched.
VENDORS = {
    "pay": ("openai", "runware", "cloudflare", "apiframe", "oxen"),
    "poll": ("runware", "apiframe", "oxen"),
    "download": ("runware", "cloudflare", "apiframe", "oxen"),
}
EVERY = [(name, vendor) for name, place, *_ in TABLE for vendor in VENDORS[place]]
# What is odd about these is beside the image.
IMAGE_COMES = {
    *("bad_request_with_image", "byte_order_mark", "changed_types", "huge_headers"),
    *("inline_half", "inline_other_format", "more", "nan_price", "negative_price"),
    *("unknown_fields", "wrong_type", "download_half", "download_other_format"),
    "download_wrong_type",
}


def generated(lab: il.Lab, vendor: str) -> tuple[il.Generation, il.errors.ImagelabError | None]:
    try:
        return lab.generate("A fox", provider=vendor, quality="low"), None
    except il.errors.ImagelabError as error:
        return lab.generation(1), error


@pytest.mark.filterwarnings("ignore:.*images asked for came")
@pytest.mark.filterwarnings("ignore:g1 is partial")
@pytest.mark.parametrize(("fault", "vendor"), EVERY)
def test_an_odd_answer_is_paid_for_once_and_ends_in_images_or_a_typed_error(
    lab: il.Lab, catalog_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, vendor: str
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", f"{fault}:4" if "around" in fault else fault)

    g, error = generated(lab, vendor)

    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 1
    assert bool(len(g)) is (error is None)
    assert g.status in (("succeeded", "partial") if len(g) else ("failed", "unknown"))
    assert len(g) or fault not in IMAGE_COMES
    kept = list(catalog_path.with_name("staging").glob("*.reply"))
    assert len(g) or kept, "the answer that gave no image is kept as it came"


def test_what_is_not_understood_is_not_said_to_be_free(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "renamed_fields")

    g, error = generated(lab, "openai")

    assert isinstance(error, il.errors.ProviderError)
    assert error.charged == "unknown"
    assert g.cost is None
