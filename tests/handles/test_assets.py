from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import imagelab as il
from imagelab.domain.money import Spend
from imagelab.errors import QueryError, RequestError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "sandbox.db"
    with il.open(path, sandbox=True) as lab:
        lab.generate("a red fox", n=3)
        lab.generate("a grey owl", n=2)
    return path.parent


@pytest.fixture
def filled(made: Path, tmp_path: Path) -> Iterator[il.Lab]:
    copy = shutil.copytree(made, tmp_path / "copy")
    with il.open(copy / "sandbox.db", sandbox=True) as lab:
        yield lab


def test_what_is_found_has_a_length_and_an_order(filled: il.Lab) -> None:
    found = filled.search("fox")

    assert len(found) == 3
    assert [asset.id for asset in found] == found.ids == [3, 2, 1]
    assert found[0] == filled.asset(3)
    assert found[-1] == filled.asset(1)
    with pytest.raises(IndexError, match="3 assets"):
        found[3]


def test_a_slice_is_assets_again(filled: il.Lab) -> None:
    part = filled.search()[1:3]

    assert isinstance(part, il.Assets)
    assert part.ids == [4, 3]
    assert part[:1].ids == [4]


def test_what_is_said_falls_on_what_was_found(filled: il.Lab) -> None:
    unrated = filled.search("is:unrated")

    unrated.rate(5).tag("all").caption("seen").reject()

    assert len(unrated) == 5
    assert {(a.rating, a.tags, a.caption, a.rejected) for a in unrated} == {
        (5, ("all",), "seen", True)
    }
    assert len(filled.search()) == 0
    assert len(filled.search("is:rejected")) == 5
    assert len(unrated.unreject().untag("all").rate(0)) == len(filled.search("is:unrated"))


def test_what_arrives_later_is_not_in_it(filled: il.Lab) -> None:
    before = filled.search()

    filled.generate("a red fox", n=2)

    assert (len(before), len(filled.search())) == (5, 7)


def test_the_cost_of_many_keeps_units_apart(filled: il.Lab) -> None:
    found = filled.search("fox")

    assert found.cost == Spend.of(asset.cost for asset in found)
    assert found.cost.usd > 0
    assert found.cost.unknown == 0
    assert str(found.cost).startswith("$0.")


def test_many_cannot_pay(filled: il.Lab) -> None:
    found = filled.search()

    assert not {"edit", "vary", "regenerate", "generate"} & set(dir(found))


def test_a_frame_has_a_row_an_asset(filled: il.Lab) -> None:
    found = filled.search("fox")

    frame = found.to_pandas()

    assert list(frame["id"]) == found.ids
    assert set(frame["prompt"]) == {"a red fox"}
    assert sum(frame["cost"]) == found.cost.usd


def test_a_page_is_written(filled: il.Lab, tmp_path: Path) -> None:
    path = filled.search("fox").export(tmp_path / "page.html", format="html")

    page = path.path.read_text()
    assert page.count("<article") == 3
    assert "imagelab: fox" in page


def test_a_format_that_is_not_written_is_refused(filled: il.Lab, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"format='pdf' is not one of imagefolder, csv, "):
        filled.search().export(tmp_path / "page.pdf", format="pdf")


def test_originals_are_saved_by_their_numbers(filled: il.Lab, tmp_path: Path) -> None:
    saved = filled.search("fox").save(tmp_path / "out")

    assert [path.name for path in saved] == ["3.png", "2.png", "1.png"]
    assert saved[0].read_bytes() == filled.asset(3).read()


def test_a_query_that_cannot_be_read_is_told_at_once(filled: il.Lab) -> None:
    with pytest.raises(QueryError, match="qualty"):
        filled.search("qualty:high")


def test_one_line_says_how_many_and_what_they_cost(filled: il.Lab) -> None:
    assert re.fullmatch(r'Assets\(3 assets, \$0\.\d+, "fox"\)', repr(filled.search("fox")))
    assert repr(filled.search("fox")[:1]).startswith("Assets(1 asset, $0.")


def test_an_empty_answer_says_what_to_do(lab: il.Lab) -> None:
    nothing, zebra = lab.search(), lab.search("zebra")

    assert repr(nothing) == 'Assets(0 assets; lab.generate("a prompt") makes the first)'
    assert repr(zebra) == 'Assets(0 assets, "zebra"; lab.search() shows all that is not rejected)'
    assert "lab.search() shows all" in zebra._repr_mimebundle_()["text/html"]
    assert repr(zebra[:3]) == 'Assets(0 assets, "zebra")'


def test_a_sheet_of_two_dozen_stays_small(lab: il.Lab) -> None:
    prompts = ["a fox in a forest", "a city at night", "a koi pond", "mountains at sunrise"]
    for prompt in prompts:
        lab.generate(prompt, n=7, quality="low", size="1024x1024")

    bundle = lab.search()._repr_mimebundle_()

    assert len(bundle["text/html"]) < 100_000
    assert bundle["text/html"].count("<img ") == 24
    assert "the first 24 of 28; [24:] has the rest" in bundle["text/html"]


def test_the_pictures_of_a_sheet_are_still_pictures(filled: il.Lab) -> None:
    html = filled.search()._repr_mimebundle_()["text/html"]

    coded = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)

    sizes = [Image.open(io.BytesIO(base64.b64decode(c))).size for c in coded]
    assert len(sizes) == 5
    assert min(min(size) for size in sizes) >= 120
