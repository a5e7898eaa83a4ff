from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import InputImageError, RequestError

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e]]> & 'fox'"


@pytest.fixture
def family(lab: il.Lab) -> il.Lab:
    """#1 fox → #2 at night → #4 of #2 with #3 beside it; #5 is #1 again, #6 a variation of #1."""
    fox = lab.generate("a red fox", quality="low")[0]
    night = fox.edit("at night")[0]
    hare = lab.generate("a hare", quality="low")[0]
    night.edit("with the hare", images=hare)
    fox.regenerate()
    fox.vary()
    return lab


def test_an_asset_knows_all_it_was_made_from_nearest_first(family: il.Lab) -> None:
    both = family.asset(4)

    assert both.ancestors().ids == [2, 3, 1]
    assert family.asset(1).descendants().ids == [2, 5, 6, 4]
    assert both.root == family.asset(1)
    assert family.asset(3).root == family.asset(3)


def test_each_edge_has_its_role(family: il.Lab) -> None:
    frame = family.asset(4).lineage().to_pandas()

    edges = list(zip(frame.parent, frame.child, frame.role, strict=True))
    assert edges == [
        (1, 2, "input"),
        (2, 4, "input"),
        (3, 4, "reference"),
        (1, 5, "reroll"),
        (1, 6, "reference"),
    ]


def test_an_edge_has_its_words_its_price_and_its_time(family: il.Lab) -> None:
    first = family.asset(4).lineage().to_pandas().iloc[0]

    assert first.prompt == "at night"
    assert first["diff"] == "[-a red fox-]{+at night+}"
    assert isinstance(first.cost, Decimal)
    assert first.unit == "usd"
    assert first.seconds >= 0


def test_a_parameter_that_changed_is_in_the_diff(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    fox.regenerate(quality="medium")

    assert fox.lineage().to_pandas()["diff"].tolist() == ["quality: low → medium"]


def test_a_lineage_costs_what_its_members_cost(family: il.Lab) -> None:
    lineage = family.asset(4).lineage()

    assert len(lineage) == 6
    assert lineage.cost == lineage.assets.cost
    assert lineage.path.ids == [4, 2, 3, 1]
    assert lineage.path_cost == lineage.path.cost


def test_a_lineage_is_a_nested_list_in_a_terminal(family: il.Lab) -> None:
    family.asset(5).reject()

    head, *lines = repr(family.asset(4).lineage()).splitlines()

    assert head.startswith("Lineage of #4: 6 assets, 4 edits, $0.0")
    assert [line.split(" · $")[0] for line in lines] == [
        '#1 · "a red fox"',
        '  #2 · edit · "at night"',
        '    #4 · edit, reference #3 · "with the hare"',
        '  #5 · regenerate · "a red fox"',
        '  #6 · vary · "a red fox"',
        '#3 · "a hare"',
    ]
    assert lines[3].endswith(" · rejected")


def test_a_regeneration_is_no_edit_and_is_found_from_its_first_go(family: il.Lab) -> None:
    assert 5 not in family.search("is:edit").ids
    assert sorted(family.search("from:#1").ids) == [1, 2, 4, 5, 6]
    assert family.asset(5).parents == [family.asset(1)]


def test_a_regenerated_edit_keeps_the_roles_of_its_inputs(family: il.Lab) -> None:
    again = family.asset(4).regenerate()[0]

    frame = again.lineage().to_pandas()
    mine = frame[frame.child == again.id]
    assert list(zip(mine.parent, mine.role, strict=True)) == [
        (2, "input"),
        (3, "reference"),
        (4, "reroll"),
    ]


def test_a_variation_and_an_edit_of_the_same_words_are_one_request(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    varied = fox.vary()

    assert fox.edit("a red fox", reuse=True) == varied


def test_rejecting_a_parent_leaves_its_children_their_history(family: il.Lab) -> None:
    family.asset(1).reject()

    assert family.asset(2).parents == [family.asset(1)]
    assert family.asset(4).ancestors().ids == [2, 3, 1]


@pytest.mark.parametrize(
    "model",
    [
        "openai/gpt-image-1.5",
        "runware/gpt-image-1.5",
        "cloudflare/openai/gpt-image-1.5",
        "apiframe/gpt-image-1.5",
        "oxen/gpt-image-2",
    ],
)
def test_every_provider_edits_varies_and_regenerates(lab: il.Lab, model: str) -> None:
    fox = lab.generate("a red fox", model=model, quality="low")[0]

    made = [fox.edit("at night")[0], fox.vary(2)[1], fox.regenerate(quality="high")[0]]

    assert {f"{a.provider}/{a.model}" for a in made} == {f"{fox.provider}/{fox.model}"}
    assert [a.params["quality"] for a in made] == ["low", "low", "high"]
    assert all(a.parents == [fox] for a in made)


def test_a_mask_in_code_reaches_the_provider_to_the_pixel(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    mask = il.Mask.rect(100, 200, 300, 50, of=fox)

    fox.edit("a hat", mask=mask)

    with lab._engine.catalog.reading() as db:
        sent = db.execute(
            "SELECT data FROM input JOIN blob ON blob.id = input.blob WHERE role = 'mask'"
        )
        assert il.Mask.alpha(bytes(sent.fetchone()[0])) == mask


def test_a_mask_of_another_size_is_refused(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]

    with pytest.raises(InputImageError, match="the mask is 64×64 and its image 1024×1024"):
        fox.edit("a hat", mask=il.Mask.rect(0, 0, 9, 9, of=(64, 64)))


def test_a_mask_that_is_an_asset_is_a_parent_too(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", model="openai/gpt-image-1.5", quality="low")[0]
    cut = lab.generate(
        "a crane", model="openai/gpt-image-1.5", quality="low", background="transparent"
    )[0]

    hat = fox.edit("a hat", mask=cut)[0]

    edges = hat.lineage().to_pandas()
    assert edges.role.tolist() == ["input", "mask"]
    assert repr(hat.lineage()).splitlines()[2].startswith("  #3 · edit with a mask, mask #2")


def test_the_code_of_a_path_names_what_each_step_starts_from(family: il.Lab) -> None:
    lines = family.asset(4).lineage().code().splitlines()

    assert (
        lines[0] == "a1 = lab.generate('a red fox', model='openai/gpt-image-2', quality='low')[0]"
    )
    assert "images=[a2, a3]" in "".join(lines)
    assert [line.split(" = ")[0] for line in lines if " = " in line] == ["a1", "a2", "a3", "a4"]


def test_the_code_of_a_path_makes_it_again(family: il.Lab) -> None:
    names: dict[str, object] = {"lab": family}

    exec(family.asset(4).lineage().code(), names)  # noqa: S102 - it is ours, and that is the test

    again = names["a4"]
    assert isinstance(again, il.Asset)
    assert again.id > 6
    assert [parent.prompt for parent in again.parents] == ["at night", "a hare"]


def test_a_path_is_replayed_on_another_provider_at_the_price_it_quotes(family: il.Lab) -> None:
    lineage = family.asset(4).lineage()
    quote = lineage.quote(model="runware/gpt-image-1.5")

    last = lineage.replay(model="runware/gpt-image-1.5")

    assert (quote.n, last.provider) == (4, "runware")
    assert {asset.provider for asset in last.ancestors()} == {"runware"}
    assert [parent.prompt for parent in last.parents] == ["at night", "a hare"]


def test_what_cannot_be_replayed_somewhere_is_refused_before_anything_is_sent(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    hat = fox.edit("a hat", mask=il.Mask.rect(0, 0, 99, 99, of=fox))[0]

    with pytest.raises(RequestError, match="takes no mask="):
        hat.lineage().replay(model="runware/gpt-image-1.5")

    assert lab.search().ids == [2, 1]


def test_a_replayed_mask_is_brought_to_the_size_of_its_picture(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    hat = fox.edit("a hat", mask=il.Mask.rect(0, 0, 512, 1024, of=fox))[0]

    again = hat.lineage().replay(size="1536x1024")

    assert (again.width, again.height) == (1536, 1024)


def test_each_step_s_own_is_not_replay_s(family: il.Lab) -> None:
    with pytest.raises(RequestError, match="n= is each step's own; replay takes provider="):
        family.asset(4).lineage().replay(n=3)


def test_an_imported_image_has_a_lineage_and_no_path_to_make_again(
    lab: il.Lab, tmp_path: Path
) -> None:
    Image.new("RGB", (512, 512)).save(tmp_path / "in.png")
    lamp = lab.generate("a lamp", images=tmp_path / "in.png", quality="low")[0]

    assert repr(lamp.root.lineage()).splitlines()[1] == "#1 · imported"
    assert lamp.lineage().code().splitlines()[0] == "a1 = lab.asset(1)"
    assert lamp.root.lineage().cost == il.Spend() + lamp.lineage().cost
    with pytest.raises(RequestError, match="asset #1 was imported; there is no request to repeat"):
        lamp.root.lineage().quote()


def test_a_drawing_holds_pictures_and_no_foreign_markup(lab: il.Lab, tmp_path: Path) -> None:
    fox = lab.generate(HOSTILE, quality="low")[0]
    fox.edit(HOSTILE)

    drawn = fox.lineage().svg(tmp_path / "fox.svg")

    assert drawn == (tmp_path / "fox.svg").read_text(encoding="utf-8")
    assert drawn.count("data:image/jpeg;base64,") == 2
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_two_to_four_assets_are_compared(family: il.Lab) -> None:
    assert family.compare(1, "#2", family.asset(3)).ids == [1, 2, 3]

    with pytest.raises(RequestError, match="1 asset cannot be compared; give two to 4"):
        family.compare(1)


def test_a_branch_opens_a_studio_that_starts_from_the_member(family: il.Lab) -> None:
    view = family.asset(4).lineage().view()

    studio = view.branch(2)

    studio.prompt = "in the rain"
    made = family.generation(studio.generate()).wait()[0]
    assert made.parents == [family.asset(2)]
    assert view.studio is studio


@pytest.mark.parametrize(("preview", "told"), [("pictures", False), ("all", True)])
def test_a_lineage_leaves_a_picture_and_a_nested_list(
    family: il.Lab, preview: Any, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    monkeypatch.setattr(il.options, "static_preview", preview)

    still = family.asset(4).lineage().view()._still()

    assert still is not None
    assert still.jpeg is not None
    assert len(still.html) + len(still.jpeg) < 100_000
    assert "<li>#1" in still.html
    assert ("a red fox" in still.html) is told
    assert ("$0.0" in still.html) is told


def test_a_still_of_what_is_hostile_is_words(lab: il.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(il.options, "static_preview", "all")
    fox = lab.generate(HOSTILE, quality="low")[0]

    still = fox.lineage().view()._still()

    assert still is not None
    assert "<script" not in still.html


def test_what_is_painted_is_a_mask_that_an_edit_takes(lab: il.Lab) -> None:
    fox = lab.generate("a red fox", quality="low")[0]
    painter = fox.paint_mask()
    painter.mask = il.Mask.rect(0, 0, 512, 1024, of=fox)

    hat = fox.edit("a hat", mask=painter)[0]

    assert painter.runs[:3] == [0, 512, 512]
    assert painter.mask.share == 0.5
    assert hat.parents == [fox]
