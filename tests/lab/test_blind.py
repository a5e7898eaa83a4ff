from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog.comparisons import comparisons
from imagelab.domain.comparison import Comparison
from imagelab.errors import RequestError


def swept(lab: il.Lab) -> il.Sweep:
    return lab.sweep("a {animal}", animal=["fox", "owl"], quality=["low", "medium"])


def kept(lab: il.Lab) -> list[Comparison]:
    with lab._engine.catalog.reading() as db:
        return comparisons(db, [asset.uuid for asset in lab.search()])


def test_every_judgement_is_in_the_catalog_at_once(lab: il.Lab) -> None:
    blind = swept(lab).blind()
    left, right = (lab.asset(number).uuid for number in blind.pair)

    blind.judge("right")

    (found,) = kept(lab)
    assert (found.winner, found.loser, found.left) == (right, left, left)
    assert found.about == "a {animal}"
    assert found.axes in (("animal",), ("quality",))


def test_it_goes_on_where_it_was_left(lab: il.Lab, catalog_path: Path) -> None:
    blind = swept(lab).blind(seed=4)
    blind.judge("left")
    blind.judge("tie")
    shown = list(blind.pair)
    lab.close()

    with il.open(catalog_path, sandbox=True) as again:
        taken_up = swept(again).blind(seed=4)

        assert (taken_up.judged, taken_up.total, taken_up.pair) == (2, 6, shown)


def test_the_last_judgement_is_taken_back_and_its_row_stays(lab: il.Lab) -> None:
    blind = swept(lab).blind()
    before = list(blind.pair)
    blind.judge("tie")

    assert blind.undo()

    assert blind.pair == before
    assert kept(lab) == []
    with lab._engine.catalog.reading() as db:
        assert db.execute("SELECT count(*) FROM comparison").fetchone()[0] == 1
    assert not blind.undo()


def test_it_ends_in_a_table_of_wins(lab: il.Lab) -> None:
    blind = swept(lab).blind(pairs=4)
    while blind.pair:  # foxes and owls are alike, and medium is better
        better = [lab.asset(number).params["quality"] for number in blind.pair]
        one, other = (word == "medium" for word in better)
        blind.judge("tie" if one == other else "left" if one else "right")

    table = blind.to_pandas().set_index("value")
    assert table.loc["medium", ["wins", "ties", "losses", "share"]].tolist() == [2, 0, 0, 1.0]
    assert table.loc["fox", ["wins", "ties", "losses", "share"]].tolist() == [0, 2, 0, 0.5]
    assert table.loc["low", "wins_per_dollar"] == 0
    assert table.loc["medium", "wins_per_dollar_low"] > 0
    assert blind.finished


def test_any_images_are_compared_by_what_was_asked(lab: il.Lab) -> None:
    lab.generate("a fox", quality="low", n=2)
    lab.generate("a fox", quality="medium")
    blind = lab.search("fox").blind()

    blind.judge("left")

    assert set(blind.to_pandas().axis) == {"quality"}


def test_rerolls_can_be_compared_though_nothing_differs(lab: il.Lab) -> None:
    lab.generate("a fox", quality="low", n=2)
    blind = lab.search("fox").blind()

    blind.judge("left")

    assert len(kept(lab)) == 1
    assert len(blind.to_pandas()) == 0


def test_a_page_judges_only_the_pair_that_is_shown(lab: il.Lab) -> None:
    blind = swept(lab).blind()
    act = blind.channel._act
    pair = list(blind.pair)

    act("judge", {"pair": pair, "choice": "left"})
    act("judge", {"pair": pair, "choice": "left"})

    assert blind.judged == 1


@pytest.mark.parametrize(
    ("given", "said"), [({"pairs": 0}, "pairs=0 is not a number"), ({"seed": "x"}, "seed='x'")]
)
def test_what_is_no_sitting_is_refused(lab: il.Lab, given: dict[str, int], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        swept(lab).blind(**given)


def test_one_image_is_too_few(lab: il.Lab) -> None:
    lab.generate("a fox", quality="low")

    with pytest.raises(RequestError, match="two or more"):
        lab.search().blind()


def test_a_judgement_survives_a_backup(lab: il.Lab, tmp_path: Path) -> None:
    swept(lab).blind().judge("left")

    lab.backup(tmp_path / "copy.db")

    with il.open(tmp_path / "copy.db") as copy:
        assert len(kept(copy)) == 1
