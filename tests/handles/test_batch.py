from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import imagelab as il
from imagelab.domain.batch import Standing
from imagelab.domain.money import Cost, Spend
from imagelab.domain.quote import Quote, whole
from imagelab.handles.batch_cards import batch_progress_card, so_far
from imagelab.jobs.batches import AT_ONCE


@pytest.fixture
def slow(catalog_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Lab]:
    """A lab whose vendors take a moment."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as opened:
        yield opened


def prompts(count: int) -> list[str]:
    return [f"fox number {number}" for number in range(count)]


def priced(likely: str, unit: str = "usd", offer: str = "openai/x") -> Quote:
    cost = Cost(Decimal(likely), unit, "estimated")  # type: ignore[arg-type] # a unit
    return Quote(offer, 1, cost, cost, cost, "a list", lambda style: f"{style} {likely}")


def test_it_is_as_long_as_its_rows_and_gives_their_generations(lab: il.Lab) -> None:
    batch = lab.batch(prompts(3), quality="low", n=2)

    assert len(batch) == 3
    assert batch[0].prompt == "fox number 0"
    assert batch[-1] == batch[2]
    assert batch[1:] == batch.generations[1:]
    assert list(batch) == batch.generations
    assert len(batch.assets) == 6


def test_it_costs_what_its_generations_cost(lab: il.Lab) -> None:
    batch = lab.batch(prompts(3), quality="low")

    assert batch.cost == Spend.of(generation.cost for generation in batch)
    assert batch.quote.low is not None
    assert batch.quote.high is not None
    assert batch.quote.low.amount <= batch.cost.usd <= batch.quote.high.amount


def test_a_row_that_has_not_begun_says_so(slow: il.Lab) -> None:
    count = AT_ONCE + 20
    batch = slow.batch(prompts(count), quality="low", wait=False)

    with pytest.raises(
        IndexError, match=rf"row {count - 1} of b1 has not begun; b\.wait\(\) waits"
    ):
        batch[count - 1]

    assert len(batch) == count
    assert len(batch.generations) < count
    batch.wait()


def test_a_row_that_is_not_there_says_how_many_there_are(lab: il.Lab) -> None:
    batch = lab.batch(prompts(2), quality="low")

    with pytest.raises(IndexError, match="b1 has no row 2; it has 2 rows"):
        batch[2]


def test_a_frame_has_a_row_a_row_with_what_it_said_and_what_became_of_it(lab: il.Lab) -> None:
    frame = pd.DataFrame({"prompt": prompts(2), "n": [1, 2]}, index=pd.Index([7, 9], name="key"))

    table = lab.batch(frame, quality="low").to_pandas()

    assert table.index.equals(frame.index)
    assert table.index.name == "key"
    assert table["prompt"].tolist() == prompts(2)
    assert table["images"].tolist() == [1, 2]
    assert [len(numbers) for numbers in table["assets"]] == [1, 2]
    assert table["status"].tolist() == ["succeeded"] * 2
    assert all(isinstance(cost, Decimal) for cost in table["cost"])


def test_a_word_that_is_ours_too_is_told_apart(lab: il.Lab) -> None:
    parent = lab.generate("a fox", quality="low")[0]

    table = lab.batch([{"prompt": "in snow", "images": parent.id}], quality="low").to_pandas()

    assert table["images_given"].tolist() == [parent.id]
    assert table["images"].tolist() == [1]


def test_a_row_that_has_not_begun_is_in_the_frame(slow: il.Lab) -> None:
    batch = slow.batch(prompts(AT_ONCE + 20), quality="low", wait=False)

    table = batch.to_pandas()

    assert table["status"].iloc[-1] == "waiting"
    assert table["generation"].iloc[-1] is pd.NA
    batch.wait()


def test_waiting_with_a_timeout_leaves_it_running(slow: il.Lab) -> None:
    batch = slow.batch(prompts(AT_ONCE + 8), quality="low", wait=False)

    with pytest.raises(TimeoutError, match=r"b1 is still running after 0\.01 s; it goes on"):
        batch.wait(0.01)

    assert batch.status == "running"
    assert batch.wait().status == "succeeded"


def test_it_reads_well_in_a_terminal_and_in_a_cell(lab: il.Lab) -> None:
    batch = lab.batch(prompts(3), quality="low")

    shown = batch._repr_mimebundle_()

    assert repr(batch) == f"Batch(b1 succeeded 3/3, {batch.cost})"
    assert shown["text/plain"] == repr(batch)
    assert shown["text/html"].count("<img") == 3
    assert f"b1 succeeded · 3 of 3 rows · {batch.cost}" in shown["text/html"]


def test_a_card_says_which_rows_failed_and_why_with_every_word_escaped(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    frame = pd.DataFrame({"prompt": ["a fox"]}, index=["<b>first</b>"])
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match="of 1 row 1 failed"):
            batch = lab.batch(frame, quality="low")

        card = batch._repr_mimebundle_()["text/html"]
        assert batch.status == "failed"

    assert "row &#x27;&lt;b&gt;first&lt;/b&gt;&#x27;: openai: " in card


def test_one_of_a_closed_lab_prints_a_line(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        batch = lab.batch(prompts(1), quality="low")

    assert repr(batch).startswith("Batch(b1: the catalog sandbox.db was closed")
    assert batch._repr_mimebundle_() == {"text/plain": repr(batch)}


def test_progress_is_one_line_with_the_cost_so_far() -> None:
    standing = Standing(
        100, running=16, waiting=43, succeeded=39, failed=2, spent=Spend(Decimal("1.72"))
    )
    quote = priced("4.2")

    line = so_far("b3", standing, quote, 63)

    assert line == "b3: 41 of 100, 2 failed, $1.72 so far of ≈ $4.20, 63 s"
    card = batch_progress_card("b3", standing, quote, 63)
    assert '<progress max="100" value="41"' in card
    assert "$1.72 so far of ≈ $4.20" in card


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        (Standing(3, waiting=3, fed=True), "running"),
        (Standing(3, waiting=3), "stopped"),
        (Standing(3, running=1, waiting=2), "running"),
        (Standing(3, succeeded=3), "succeeded"),
        (Standing(3, succeeded=2, failed=1), "partial"),
        (Standing(3, partial=3), "partial"),
        (Standing(3, failed=3), "failed"),
        (Standing(3, failed=2, unknown=1), "unknown"),
        (Standing(3, unsent=3), "cancelled"),
    ],
)
def test_one_word_says_how_all_of_it_stands(standing: Standing, status: str) -> None:
    assert standing.status == status


def test_a_price_of_several_adds_up() -> None:
    quote = whole([priced("0.5"), priced("0.25", offer="runware/y")])

    assert (quote.offer, quote.n) == ("2 offers", 2)
    assert quote.likely == Cost(Decimal("0.75"), "usd", "estimated")
    assert quote.code("curl") == "curl 0.5\n\ncurl 0.25"


def test_dollars_and_credits_do_not_add_and_both_are_said() -> None:
    quote = whole([priced("0.5"), priced("24", "credits"), priced("0.25")])

    assert (quote.low, quote.likely, quote.high) == (None, None, None)
    assert quote.range == "$0.75 + 24 credits"
    assert quote.about == "≈ $0.75 + ≈ 24 credits"
