from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import BudgetError, InputImageError, RequestError, UnknownModelError
from imagelab.sandbox.book import Book

Png = Callable[..., bytes]


SWEEP = """
import sys
import imagelab as il

with il.open(sys.argv[1], sandbox=True) as lab:
    s = lab.sweep("fox {number}", number=range(3), quality=["low", "medium"])
    print(len(s.assets), [cell.status for cell in s].count("unknown"))
"""


def charges(path: Path) -> int:
    return len(Book(path.with_name("sandbox.book")).bill())


# The second has no transparent background.
OFFERS = ["openai/gpt-image-2", "cloudflare/gpt-image-2"]


def seen_through(lab: il.Lab) -> il.Sweep:
    """A cell that is offered, and one that is not."""
    return lab.sweep("a fox", model=OFFERS, background="transparent", quality="low")


def sweep(lab: il.Lab, **more: Any) -> il.Sweep:
    return lab.sweep(
        "a {animal} in {style}", animal=["fox", "owl"], style=["ink"], quality=["low"], **more
    )


def test_names_fill_the_template_and_parameters_are_parameters(lab: il.Lab) -> None:
    found = lab.sweep("a {animal}, {{x}}", animal=["fox", 7], quality=["low", "medium"])

    made = [cell.generation for cell in found]
    assert [g.prompt for g in made if g] == [
        "a fox, {x}",
        "a fox, {x}",
        "a 7, {x}",
        "a 7, {x}",
    ]
    assert [g.params["quality"] for g in made if g] == ["low", "medium"] * 2


def test_what_is_no_list_is_one_value_and_tags_are_for_all(lab: il.Lab) -> None:
    found = lab.sweep("a {animal}", animal=("fox", "owl"), quality="low", tags=["set"], n=2)

    assert len(found) == 2
    assert found.axes == {"animal": ["fox", "owl"], "quality": ["low"]}
    assert len(lab.search("tag:set")) == 4


def test_a_picture_can_be_an_axis(lab: il.Lab, png: Png) -> None:
    fox = lab.generate("a fox", quality="low")[0]

    found = lab.sweep("in snow", images=[fox, [fox, png()]], quality="low")

    assert [len(cell.assets[0].parents) for cell in found] == [1, 2]
    assert found.cell(images=fox).axes["images"] == fox


@pytest.mark.parametrize(
    ("template", "axes", "words"),
    [
        ("a {animal}", {}, r"\{animal\} in the template has no values; pass animal=\[…\]"),
        ("a fox", {}, "there is nothing to sweep over"),
        ("a fox", {"style_": ["x"]}, "style_= goes nowhere: .*Did you mean 'style'"),
        ("a {quality}", {"quality": ["low"]}, r"clashes with the parameter quality= of openai/"),
        ("a {model}", {"model": ["x"]}, r"\{model\} in the template clashes .* \{a_model\}"),
        ("a {animal}", {"animal": []}, "has no values; give at least one"),
        ("a {animal}", {"animal": ["fox", "fox"]}, "animal= has 'fox' twice"),
        ("a {animal}", {"animal": {"fox"}}, "has no order; give a list"),
        ("a {animal}", {"animal": [None]}, "neither text nor a number"),
        ("a fox", {"provider": ["opnai"]}, "Did you mean 'openai'"),
        ("a fox", {"size": ["big"]}, "size='big' is not a size"),
        ("a {x}", {"x": range(10_001)}, "has more than 10,000 cells"),
        ("a {x}", {"x": iter(int, 1)}, "x= has 0 twice"),
        ("a {x}", {"x": itertools.count()}, "has more than 10,000 cells"),
        ("a fox", {"model": ["gpt-image-2", 7]}, "model=7 is not a name"),
        ("a fox", {"n": "two", "quality": ["low", "high"]}, "^n='two' is not a whole number"),
        (7, {"quality": ["low"]}, "7 is not a template"),
    ],
)
def test_a_slip_is_an_error_before_anything_is_sent(
    lab: il.Lab, catalog_path: Path, template: str, axes: dict[str, Any], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        lab.sweep(template, **axes)

    assert charges(catalog_path) == 0


def test_a_word_clashes_only_where_the_offer_would_take_it(lab: il.Lab) -> None:
    """Cloudflare's gpt-image-1.5 has a style of its own: vivid or natural."""
    model = "cloudflare/gpt-image-1.5"

    assert len(lab.sweep("a fox, {style}", style=["ink"], model=model).assets) == 1
    with pytest.raises(RequestError, match=r"the parameter style= of cloudflare/gpt-image-1\.5"):
        lab.sweep("a fox, {style}", style=["ink", "vivid"], model=model)


def test_a_cell_its_offer_cannot_take_is_free_and_stops_no_other(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = seen_through(lab)

    assert [cell.status for cell in found] == ["succeeded", "not offered"]
    assert "'transparent'" in found.cell(model=OFFERS[1]).reason
    assert charges(catalog_path) == 1
    assert "2 cells, 1 not offered: cloudflare/" in capsys.readouterr().out


def test_where_no_cell_is_offered_it_is_an_error(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match=r"^cloudflare/gpt-image-2 does not accept background"):
        lab.sweep("a {animal}", animal=["fox", "owl"], model=OFFERS[1], background="transparent")
    with pytest.raises(RequestError, match=r"none of the 2 cells is offered; the first: openai/"):
        lab.sweep("a fox", model=OFFERS, quality="turquoise")


def test_under_a_budget_it_is_reserved_as_a_whole(lab: il.Lab, catalog_path: Path) -> None:
    lab.budget(total=0.01)

    with pytest.raises(BudgetError, match=r"of the budget's \$0\.01 is left; nothing was sent"):
        sweep(lab)

    assert charges(catalog_path) == 0


def test_a_model_that_nobody_has_is_a_slip(lab: il.Lab, catalog_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="gpt-imgae-2"):
        lab.sweep("a fox", model=["gpt-image-2", "gpt-imgae-2"], provider="openai")

    assert charges(catalog_path) == 0


def test_a_picture_that_cannot_be_read_is_a_slip(lab: il.Lab) -> None:
    with pytest.raises(InputImageError, match=r"nowhere\.png"):
        lab.sweep("a fox", images=[Path("nowhere.png")], quality=["low", "medium"])


@pytest.mark.parametrize(
    ("n", "quality", "words"),
    [
        (26, "low", r"this sweep of 52 images at openai/gpt-image-2, .* is more than 50 images"),
        (13, "high", r"26 images .* may cost \$5\.\d+, which is above \$5\.00; nothing was sent"),
    ],
)
def test_a_large_one_wants_to_be_confirmed(
    lab: il.Lab, catalog_path: Path, n: int, quality: str, words: str
) -> None:
    with pytest.raises(RequestError, match=words + r".*Pass confirm=True to send it"):
        lab.sweep("a {animal}", animal=["fox", "owl"], n=n, quality=quality)

    assert charges(catalog_path) == 0


def test_it_is_sent_once_it_is_confirmed(lab: il.Lab) -> None:
    found = lab.sweep("a {a}", a=range(51), quality="low", confirm=True, wait=False)

    assert len(found) == 51
    assert found.cancel() >= 0


def test_credits_without_a_rate_are_an_unknown_price(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match="has no upper price in dollars; nothing was sent"):
        lab.sweep("a fox", provider="apiframe", quality=["low", "medium"])

    lab.budget(credits={"apiframe": 0.01})
    assert lab.sweep("a fox", provider="apiframe", quality=["low", "medium"]).cost.credits > 0


def test_finished_cells_are_not_paid_again_and_failed_ones_are_sent(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation:1")
    with il.open(catalog_path, sandbox=True) as lab:
        first = sweep(lab, wait=False)
        with pytest.warns(UserWarning, match="of 2 rows 1 failed"):
            first.wait()
    monkeypatch.delenv("IMAGELAB_SANDBOX_FAULT")

    with il.open(catalog_path, sandbox=True) as lab:
        assert [cell.status for cell in sweep(lab)] == ["succeeded"] * 2
        assert sorted(sweep(lab).assets.ids) == [1, 2]
    assert charges(catalog_path) == 2


def test_a_wider_grid_pays_only_for_what_is_new(lab: il.Lab, catalog_path: Path) -> None:
    first = lab.sweep("a {animal}", animal=["fox", "owl"], quality="low")

    wider = lab.sweep("a {animal}", animal=["fox", "owl", "cat"], quality="low")

    assert wider.assets.ids[:2] == first.assets.ids
    assert charges(catalog_path) == 3


def test_it_begins_anew_only_when_told(lab: il.Lab, catalog_path: Path) -> None:
    sweep(lab)

    assert sorted(sweep(lab, reuse=False).assets.ids) == [3, 4]
    assert charges(catalog_path) == 4


def test_one_that_was_killed_goes_on_and_pays_for_no_cell_twice(catalog_path: Path) -> None:
    command = [sys.executable, "-c", SWEEP, str(catalog_path)]
    killed = {**os.environ, "IMAGELAB_KILL_AT": "staged:3"}

    first = subprocess.run(command, env=killed, capture_output=True, text=True, check=False)
    again = subprocess.run(command, capture_output=True, text=True, check=False)

    images, doubtful = map(int, again.stdout.splitlines()[-1].split())
    assert (first.returncode, again.returncode) == (-signal.SIGKILL, 0)
    assert images + doubtful == 6
    assert images >= 3
    assert images <= charges(catalog_path) <= 6


def test_it_can_be_waited_for_with_others(lab: il.Lab) -> None:
    table = il.wait([sweep(lab, wait=False), lab.submit("a cat", quality="low")])

    assert table["status"].tolist() == ["succeeded"] * 3
    assert len(il.wait(sweep(lab, wait=False))) == 2


def test_it_can_be_awaited(lab: il.Lab) -> None:
    async def made() -> il.Sweep:
        return await sweep(lab, wait=False)

    assert len(asyncio.run(made()).assets) == 2


def test_a_cell_is_sent_anew_in_its_place(lab: il.Lab, catalog_path: Path) -> None:
    found = sweep(lab)
    before = found.assets.ids

    found.rerun(animal="owl")

    assert found.cell(animal="fox").assets.ids == before[:1]
    assert found.cell(animal="owl").assets.ids == [3]
    assert found.cost.usd == 3 * (found.cell(animal="fox").cost or il.Cost(Decimal(0))).amount
    assert charges(catalog_path) == 3


def test_what_is_not_offered_is_not_sent_anew(lab: il.Lab) -> None:
    found = seen_through(lab)

    with pytest.raises(RequestError, match=r"nothing of that is offered: cloudflare/.*transparent"):
        found.rerun(model=OFFERS[1])


def test_a_row_is_rated_at_once(lab: il.Lab) -> None:
    found = lab.sweep("a {animal}", animal=["fox", "owl"], quality=["low", "medium"])

    found.rate(4, animal="owl")

    assert [cell.assets[0].rating for cell in found] == [None, None, 4, 4]


def test_a_cell_must_be_the_only_one(lab: il.Lab) -> None:
    found = lab.sweep("a {animal}", animal=["fox", "owl"], quality=["low", "medium"])

    assert found.cell(animal="fox", quality="low").assets.ids == found.assets.ids[:1]
    with pytest.raises(RequestError, match="2 cells are meant; name quality as well"):
        found.cell(animal="fox")


def test_a_frame_has_a_row_a_cell(lab: il.Lab) -> None:
    frame = seen_through(lab).to_pandas()

    assert frame.columns.tolist()[:4] == ["model", "background", "quality", "status"]
    assert frame["status"].tolist() == ["succeeded", "not offered"]
    assert frame["assets"].tolist() == [[1], []]
    assert isinstance(frame["cost"][0], Decimal)
    assert "transparent" in frame["reason"][1]


def test_an_axis_with_a_name_of_ours_keeps_its_column(lab: il.Lab) -> None:
    frame = lab.sweep("a {status} fox", status=["tired"], quality="low").to_pandas()

    assert frame["status_given"].tolist() == ["tired"]
    assert frame["status"].tolist() == ["succeeded"]


def test_it_is_told_in_one_line(lab: il.Lab) -> None:
    told = repr(sweep(lab))

    assert re.fullmatch(
        r'Sweep\(b1 succeeded 2/2, 2 animal, \$0\.\d+, "a \{animal\} in \{style\}"\)', told
    )


def test_it_is_shown_as_tables_of_its_axes(lab: il.Lab) -> None:
    found = lab.sweep(
        "a {animal}",
        animal=["<fox>", "owl"],
        quality=["low", "medium"],
        model=OFFERS,
        background="transparent",
    )

    shown = found._repr_mimebundle_()["text/html"]

    assert shown.count("<table") == 2
    assert f"model: {OFFERS[1]}" in shown
    assert "animal \\ quality" in shown
    assert "<fox>" not in shown
    assert shown.count("<img") == 4
    assert shown.count("not offered<br>") == 4


def test_a_large_one_shows_as_many_pictures_as_a_notebook_can_bear(lab: il.Lab) -> None:
    found = lab.sweep("a {colour} fox", colour=range(40), quality="low")

    shown = found._repr_mimebundle_()["text/html"]

    told = re.search(r"pictures of the first (\d+) cells, \.assets\.gallery\(\) has all", shown)
    assert told
    assert shown.count("<img") == int(told[1]) >= 16
    assert len(shown) < 100_000
