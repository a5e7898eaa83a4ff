from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import imagelab as il
from imagelab import clock
from imagelab.errors import (
    CancelledError,
    DamagedImageError,
    GenerationNotFoundError,
    OutcomeUnknownError,
    RefusedError,
)

Open = Callable[[str], il.Lab]


@pytest.fixture
def troubled(catalog_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A lab whose vendors fail as they are told; calls that are slow take half a second."""
    opened: list[il.Lab] = []

    def open_with(faults: str) -> il.Lab:
        monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", faults)
        monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "0.5" if "slow" in faults else "0")
        opened.append(il.open(catalog_path, sandbox=True))
        return opened[-1]

    yield open_with
    opened[-1].close()


def test_a_generation_knows_what_was_asked_and_what_came(lab: il.Lab) -> None:
    generation = lab.generate("a red fox", n=2, quality="low", size="1024x1024")

    assert (generation.id, generation.status, generation.prompt) == (1, "succeeded", "a red fox")
    assert (generation.provider, generation.model) == ("openai", "gpt-image-2")
    assert generation.params == {"quality": "low", "size": "1024x1024"}
    assert generation.used["quality"] == "low"
    assert (generation.inputs, generation.error) == ([], None)
    assert generation.duration is not None
    assert generation.created_at.tzinfo is not None


def test_a_generation_costs_what_its_images_cost(lab: il.Lab) -> None:
    generation = lab.generate("a red fox", n=3)

    assert generation.cost is not None
    assert generation.cost.amount == sum(a.cost.amount for a in generation if a.cost)
    assert generation.quote.low is not None
    assert generation.quote.high is not None
    assert generation.quote.low.amount <= generation.cost.amount <= generation.quote.high.amount
    assert generation.quote.code() == generation.code()


def test_a_generation_is_a_sequence_of_what_arrived(lab: il.Lab) -> None:
    generation = lab.generate("a red fox", n=3)

    assert len(generation) == 3
    assert list(generation) == generation.assets == generation[:]
    assert generation[-1] == generation.assets[2]
    with pytest.raises(
        IndexError, match=r"^g1 has no image 3: succeeded, 3 of 3; the first is g\[0\]$"
    ):
        generation[3]


def test_two_handles_of_one_generation_are_equal(lab: il.Lab) -> None:
    fox, hare = lab.generate("a red fox"), lab.generate("a hare")

    assert fox == lab.generation(1) == lab.generation("g1") == lab.generation(fox.uuid)
    assert fox != hare
    assert len({fox, lab.generation(1), hare}) == 2


def test_a_running_one_is_looked_at_without_waiting(troubled: Open) -> None:
    generation = troubled("slow").submit("a red fox", n=2)

    assert (len(generation), list(generation), generation.assets) == (0, [], [])
    assert generation
    with pytest.raises(IndexError, match=r"0 of 2; g.wait\(\) waits for it$"):
        generation[0]
    assert repr(generation).startswith(("Generation(g1 queued 0/2", "Generation(g1 running 0/2"))
    assert "≈ $" in repr(generation)
    assert generation.status in ("queued", "running")


def test_a_timeout_ends_the_waiting_and_not_the_job(troubled: Open) -> None:
    generation = troubled("slow").submit("a red fox")

    with pytest.raises(TimeoutError, match=r"g1 is still running after 0.01 s; it goes on"):
        generation.wait(timeout=0.01)

    assert generation.wait() is generation
    assert len(generation) == 1


def test_waiting_for_what_is_settled_returns_at_once(lab: il.Lab) -> None:
    generation = lab.generate("a red fox")

    assert generation.wait(timeout=0) is generation
    assert lab.generation(1).wait(timeout=0) == generation


def test_a_generation_is_awaited_on_any_loop(lab: il.Lab) -> None:
    async def three() -> list[il.Generation]:
        prompts = ["a fox", "a hare", "an owl"]
        return list(await asyncio.gather(*(lab.submit(prompt) for prompt in prompts)))

    assert [len(generation) for generation in asyncio.run(three())] == [1, 1, 1]


def test_waiting_blocks_nobody_when_a_loop_runs_in_the_thread(lab: il.Lab) -> None:
    async def cell() -> il.Generation:
        return lab.generate("a red fox")

    assert asyncio.run(cell()).status == "succeeded"


def test_cancelling_the_awaiting_leaves_the_job(
    troubled: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = troubled("slow")

    async def impatient() -> il.Generation:
        generation = lab.submit("a red fox")
        with pytest.raises(TimeoutError, match=r"^$"):
            await asyncio.wait_for(_awaited(generation), 0.05)
        return await generation

    assert len(asyncio.run(impatient())) == 1
    assert "stopped" not in "".join(capsys.readouterr())


def test_a_refusal_is_raised_with_its_generation(troubled: Open) -> None:
    with pytest.raises(RefusedError, match="openai: will not make this image") as caught:
        troubled("moderation").generate("a red fox")

    generation = caught.value.generation
    assert (generation.status, generation.cost.amount, len(generation)) == ("failed", 0, 0)
    assert caught.value.charged == "no"
    assert isinstance(generation.error, RefusedError)
    assert repr(generation).startswith("Generation(g1 failed RefusedError 0/1")
    assert "nothing billed" in repr(generation)


def test_an_outcome_nobody_knows_is_raised_as_such(troubled: Open) -> None:
    with pytest.raises(OutcomeUnknownError, match="it may have been billed") as caught:
        troubled("reset_after_charge").generate("a red fox")

    generation = caught.value.generation
    assert (generation.status, generation.cost) == ("unknown", None)
    assert caught.value.charged == "unknown"
    assert "cost unknown, at most $" in repr(generation)


def test_images_that_are_none_are_raised_with_their_generation(troubled: Open) -> None:
    with pytest.raises(DamagedImageError, match=r"is text, .*bytes are kept beside") as caught:
        troubled("not_an_image").generate("a red fox")

    assert caught.value.generation.status == "failed"


def test_a_partial_one_returns_and_warns_at_the_callers_line(troubled: Open) -> None:
    lab = troubled("partial")

    with pytest.warns(UserWarning, match="^g1 is partial: 2 of 3 images") as warned:
        generation = lab.generate("a red fox", n=3)

    assert (generation.status, len(generation)) == ("partial", 2)
    assert warned[0].filename == __file__


def test_what_was_cancelled_unsent_is_free(troubled: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagelab.jobs.runner.CALLS_AT_ONCE", 1)
    lab = troubled("slow")
    first, second = lab.submit("a red fox"), lab.submit("a hare")

    free = second.cancel()

    with pytest.raises(CancelledError, match="before it was sent") as caught:
        second.wait()
    assert free
    assert caught.value.charged == "no"
    assert (second.status, second.cancel()) == ("cancelled", True)
    assert len(first.wait()) == 1


def test_what_was_sent_before_a_cancellation_is_kept(
    troubled: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagelab.jobs.runner.CALLS_AT_ONCE", 1)
    generation = troubled("slow").submit("a red fox", n=12, quality="low")
    _until_sent(generation)

    free = generation.cancel()

    with pytest.warns(UserWarning, match="g1 is partial: 10 of 12 images"):
        generation.wait()
    assert not free
    assert len(generation) == 10


def test_two_labs_on_one_catalog_wait_for_the_same_generation(
    troubled: Open, catalog_path: Path
) -> None:
    generation = troubled("slow").submit("a red fox")

    with il.open(catalog_path, sandbox=True) as other:
        assert len(other.generation(1).wait()) == 1
        assert len(asyncio.run(_awaited(other.generation(1)))) == 1
    assert generation.status == "succeeded"


def test_waiting_for_many_raises_for_none(troubled: Open) -> None:
    lab = troubled("moderation")
    generations = [lab.submit("a red fox"), lab.submit("a hare")]

    table = il.wait(generations)

    assert sorted(table["status"]) == ["failed", "succeeded"]


def test_a_success_warns_of_nothing(lab: il.Lab) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lab.generate("a red fox", n=2)


def test_code_comes_in_three_styles(lab: il.Lab) -> None:
    generation = lab.generate("a red fox")

    assert generation.code().startswith("lab.generate('a red fox'")
    assert "OPENAI_API_KEY" in generation.code("curl")
    assert "httpx" in generation.code("python")


def test_a_number_that_is_not_there_says_so(lab: il.Lab) -> None:
    with pytest.raises(GenerationNotFoundError, match=r"^no generation g9 in this catalog;"):
        lab.generation(9)


def test_a_generation_of_a_closed_lab_still_has_a_line(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        generation = lab.generate("a red fox")

    assert repr(generation) == "Generation(g1: the catalog sandbox.db was closed; open it again)"
    assert generation._repr_mimebundle_() == {"text/plain": repr(generation)}


def _until_sent(generation: il.Generation) -> None:
    while generation.status == "queued":
        clock.sleep(0.01)


async def _awaited(generation: il.Generation) -> il.Generation:
    return await generation
