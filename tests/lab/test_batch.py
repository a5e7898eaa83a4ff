from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import imagelab as il
from imagelab.errors import BudgetError, MissingKeyError, RequestError
from imagelab.jobs.batches import AT_ONCE
from imagelab.sandbox.book import Book

URL = "https://assets.runware.ai/assets/inputs/portrait.jpg"

Png = Callable[..., bytes]

NOTEBOOK = """
import sys, imagelab as il
with il.open(sys.argv[1], sandbox=True, reuse=True) as lab:
    batch = lab.batch([f"fox {number}" for number in range(5)], quality="low")
    print("images", len(batch.assets))
"""


def prompts(count: int) -> list[str]:
    return [f"fox number {number}" for number in range(count)]


def charges(path: Path) -> int:
    return len(Book(path.with_name("sandbox.book")).bill())


def fault(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Switch a fault on for labs that are opened from now on."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", name)


def test_a_frame_is_sent_row_by_row_and_keeps_its_index(lab: il.Lab) -> None:
    frame = pd.DataFrame(
        {"prompt": ["a fox", "a cat"], "n": [2, None], "quality": ["low", None]}, index=["x", "y"]
    )

    batch = lab.batch(frame)

    assert [g.prompt for g in batch] == ["a fox", "a cat"]
    assert [g.params for g in batch] == [{"quality": "low"}, {}]
    assert [len(g) for g in batch] == [2, 1]
    assert batch.to_pandas().index.tolist() == ["x", "y"]


def test_what_is_common_fills_what_a_row_does_not_say(lab: il.Lab) -> None:
    rows = [{"prompt": "a fox"}, {"prompt": "a cat", "quality": "medium"}]

    batch = lab.batch(rows, quality="low", tags=["set"])

    assert [g.params["quality"] for g in batch] == ["low", "medium"]
    assert len(lab.search("tag:set")) == 2


@pytest.mark.parametrize(
    "rows",
    [["a fox", "a cat"], pd.Series(["a fox", "a cat"]), iter([{"prompt": "a fox"}, "a cat"])],
    ids=["list", "series", "iterator"],
)
def test_prompts_alone_are_rows_too(lab: il.Lab, rows: object) -> None:
    batch = lab.batch(rows, quality="low")  # type: ignore[arg-type] # a series is not named

    assert [g.prompt for g in batch] == ["a fox", "a cat"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "rows is empty: there is nothing to ask for"),
        ("a fox", "rows='a fox' is not rows; give a DataFrame"),
        ({"prompt": ["a fox"]}, "is not rows; give a DataFrame, a list of dicts, or a list of"),
        (["a fox", 7], "row 1: 7 is neither a dict nor a prompt"),
        ([{"quality": "low"}], "row 0: it has no prompt; say what the image should show"),
        (["a fox", {"prompt": "a cat", "qualty": "low"}], "row 1: 'qualty' is not a parameter"),
        (pd.DataFrame({"promt": ["a fox"]}), "column 'promt' is not.*Did you mean 'prompt'"),
        (pd.DataFrame([["a", "b"]], columns=["prompt"] * 2), "column 'prompt' is there twice"),
        ([{"prompt": "a fox", "images": 999}], "row 0: no asset #999"),
    ],
)
def test_rows_that_are_none_are_refused_by_name(
    lab: il.Lab, catalog_path: Path, rows: object, words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        lab.batch(rows)  # type: ignore[arg-type] # that is what is tested

    assert charges(catalog_path) == 0


def test_of_several_that_cannot_be_sent_the_first_is_told_and_how_many(
    lab: il.Lab, catalog_path: Path
) -> None:
    frame = pd.DataFrame({"prompt": prompts(4), "quality": ["low", "hgh", "hgh", "low"]})

    with pytest.raises(
        RequestError,
        match=r"2 of 4 rows cannot be sent, so none was; the first is row 1: .*quality='hgh'",
    ):
        lab.batch(frame)

    assert charges(catalog_path) == 0


def test_the_price_of_all_is_said_before_anything_is_sent(
    lab: il.Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    batch = lab.batch(prompts(3), quality="low", n=2)

    one = lab.quote(prompts(1)[0], quality="low", n=2)
    assert capsys.readouterr().out == f"batch b1: 3 generations, {batch.quote.about}…\n"
    assert batch.quote.n == 6
    assert batch.quote.high is not None
    assert one.high is not None
    assert batch.quote.high.amount == 3 * one.high.amount


def test_the_budget_holds_the_batch_as_a_whole(lab: il.Lab, catalog_path: Path) -> None:
    whole = lab.quote(prompts(1)[0], quality="low").high
    assert whole is not None
    lab.budget(total=whole.amount * 2)

    with pytest.raises(BudgetError, match=r"this would cost up to \$.* is left; nothing was sent"):
        lab.batch(prompts(3), quality="low")

    assert charges(catalog_path) == 0
    assert len(lab.batch(prompts(2), quality="low").assets) == 2


def test_what_waits_for_its_turn_is_reserved_and_released_as_it_settles(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as lab:
        batch = lab.batch(prompts(AT_ONCE + 4), quality="low", wait=False)
        reserved = lab.budget().spent
        batch.wait()

        assert batch.quote.high is not None
        assert batch.cost.usd < reserved == batch.quote.high.amount
        assert lab.budget().spent == batch.cost.usd


def test_no_more_than_a_few_are_under_way_at_once(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as lab:
        batch = lab.batch(prompts(AT_ONCE + 8), quality="low", wait=False)
        most = 0
        while batch.status == "running":
            statuses = batch.to_pandas()["status"]
            most = max(most, int(statuses.isin(["queued", "running"]).sum()))

        assert 0 < most <= AT_ONCE
        assert len(batch.wait().assets) == AT_ONCE + 8


def test_rows_that_fail_do_not_raise_and_are_told(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch, "moderation:2")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match=r"b1: of 4 rows 2 failed; \.to_pandas\(\) says which"):
            batch = lab.batch(prompts(4), quality="low")

        assert batch.status == "partial"
        assert sorted(batch.to_pandas()["status"]) == ["failed"] * 2 + ["succeeded"] * 2


def test_a_finished_batch_is_sent_anew_and_the_earlier_one_is_named(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lab.batch(prompts(3), quality="low")
    capsys.readouterr()

    second = lab.batch(prompts(3), quality="low")

    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        f"an equal batch is here already: b1, {first.cost}; reuse=True would return it, free"
    )
    assert second != first
    assert charges(catalog_path) == 6


def test_reuse_returns_a_finished_batch_free(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lab.batch(prompts(3), quality="low")
    capsys.readouterr()

    second = lab.batch(prompts(3), quality="low", reuse=True)

    assert second == first
    assert capsys.readouterr().out == ("batch b1: 3 of 3 rows are here already; nothing is sent\n")
    assert charges(catalog_path) == 3


def test_reuse_sends_only_the_rows_that_failed(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault(monkeypatch, "moderation:2")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match="2 failed"):
            lab.batch(prompts(5), quality="low")
        capsys.readouterr()

        batch = lab.batch(prompts(5), quality="low", reuse=True)

        assert "batch b1: 3 of 5 rows are here already; sending 2, ≈" in capsys.readouterr().out
        assert batch.status == "succeeded"
    assert charges(catalog_path) == 5


def test_reuse_takes_rows_from_earlier_generations_and_sends_equal_rows_once(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fox = lab.generate("a fox", quality="low")
    capsys.readouterr()

    batch = lab.batch(["a fox", "a cat", "a cat"], quality="low", reuse=True, tags=["set"])

    assert "1 of 3 rows are here already; sending 1, ≈" in capsys.readouterr().out
    assert batch[0] == fox
    assert batch[1] == batch[2]
    assert len(lab.search("tag:set")) == 2
    assert charges(catalog_path) == 2


def test_restart_and_run_all_of_a_notebook_that_reuses_sends_nothing(catalog_path: Path) -> None:
    command = [sys.executable, "-c", NOTEBOOK, str(catalog_path)]

    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]

    assert [run.stdout.splitlines()[-1] for run in runs] == ["images 5", "images 5"]
    assert charges(catalog_path) == 5


def test_cancelled_rows_are_released_and_sent_when_it_is_asked_for_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    count = AT_ONCE + 10
    with il.open(catalog_path, sandbox=True) as lab:
        batch = lab.batch(prompts(count), quality="low", wait=False)

        dropped = batch.cancel()
        with pytest.warns(UserWarning, match=f"{dropped} were not sent"):
            batch.wait()

        assert 10 <= dropped <= count
        assert lab.budget().spent == batch.cost.usd
        assert charges(catalog_path) == count - dropped
        again = lab.batch(prompts(count), quality="low")
        assert (again.id, again.status) == (batch.id, "succeeded")
    assert charges(catalog_path) == count


def test_one_that_was_cancelled_can_be_asked_for_again_at_once(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as lab:
        first = lab.batch(prompts(40), quality="low", wait=False)
        first.cancel()

        again = lab.batch(prompts(40), quality="low")

        assert again.id == first.id
        assert (again.status, len(again.assets)) == ("succeeded", 40)
    assert charges(catalog_path) == 40


def test_a_row_whose_outcome_is_unknown_is_not_sent_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault(monkeypatch, "reset_after_charge")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match="1 are unknown and may have been billed"):
            lab.batch(prompts(3), quality="low")
        capsys.readouterr()

        with pytest.warns(UserWarning, match="1 are unknown and may have been billed"):
            again = lab.batch(prompts(3), quality="low", reuse=True)

        assert "1 unknown and not sent again; nothing is sent" in capsys.readouterr().out
        assert again.cost.unknown == 1
    assert charges(catalog_path) == 3


def test_an_equal_batch_under_way_is_joined(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as lab, il.open(catalog_path) as other:
        first = lab.batch(prompts(20), quality="low", wait=False)
        joined = other.batch(prompts(20), quality="low")

        assert joined.id == first.id
        assert joined.status == "succeeded"
        assert "batch b1 is under way already" in capsys.readouterr().out
    assert charges(catalog_path) == 20


def test_reuse_false_begins_anew_beside_one_under_way(lab: il.Lab, catalog_path: Path) -> None:
    first = lab.batch(prompts(6), quality="low", wait=False)

    second = lab.batch(prompts(6), quality="low", reuse=False)

    assert second != first.wait()
    assert charges(catalog_path) == 12


def test_a_lab_that_is_closed_says_what_was_not_sent_and_another_sends_it(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.3")
    with il.open(catalog_path, sandbox=True) as lab:
        batch = lab.batch(prompts(40), quality="low", wait=False)
        assert batch.status == "running"
    assert "of its rows were not sent; the same call sends them" in capsys.readouterr().out

    with il.open(catalog_path) as lab:
        assert lab.batch(prompts(40), quality="low").id == 1
        assert lab.budget().spent == lab.batch(prompts(40), quality="low", reuse=True).cost.usd
    assert charges(catalog_path) == 40


def test_a_batch_can_be_awaited(lab: il.Lab) -> None:
    async def awaited() -> il.Batch:
        return await lab.batch(prompts(3), quality="low", wait=False)

    assert asyncio.run(awaited()).status == "succeeded"


def test_several_batches_and_generations_are_waited_for_together(lab: il.Lab) -> None:
    batch = lab.batch(prompts(3), quality="low", wait=False)
    other = lab.batch(["a cat"], quality="low", wait=False)
    single = lab.submit("a dog", quality="low")

    table = il.wait([batch, single, other])

    assert table["prompt"].tolist() == [*prompts(3), "a dog", "a cat"]
    assert set(table["status"]) == {"succeeded"}


def test_a_missing_key_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with il.open(tmp_path / "real.db", sandbox=False) as lab:
        with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
            lab.batch(prompts(2), model="openai/gpt-image-2", quality="low")

        with lab._engine.catalog.reading() as db:
            assert db.execute("SELECT count(*) FROM batch").fetchone()[0] == 0


def test_an_address_is_read_once_for_all_rows_and_finds_the_batch_again(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"prompt": prompt, "images": URL} for prompt in prompts(3)]
    first = lab.batch(rows, quality="low")
    capsys.readouterr()

    again = lab.batch(rows, quality="low", reuse=True)

    assert again == first
    assert {g.inputs[0].id for g in first} == {1}
    assert "3 of 3 rows are here already; nothing is sent" in capsys.readouterr().out
    assert charges(catalog_path) == 3


def test_an_address_that_gives_nothing_is_told_by_its_row(lab: il.Lab, catalog_path: Path) -> None:
    rows = ["a fox", {"prompt": "a cat", "images": "https://nowhere.example/in.png"}]

    with pytest.raises(RequestError, match=r"row 1: the image at that address cannot be read"):
        lab.batch(rows, quality="low")

    assert charges(catalog_path) == 0


def test_a_picture_that_many_rows_start_from_is_in_memory_once(lab: il.Lab, png: Png) -> None:
    picture = png()

    batch = lab.batch([{"prompt": p, "images": picture} for p in prompts(3)], quality="low")

    assert {g.inputs[0].id for g in batch} == {1}
    assert len(batch.assets) == 3
