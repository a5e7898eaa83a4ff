from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import imagelab as il


@pytest.fixture
def refused(catalog_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Lab]:
    """A lab whose first request was refused for what it asks."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(il.errors.RefusedError, match="will not make this image"):
            lab.generate("two foxes in a fight", quality="low", tags=["draft"])
        lab.generate("a fox at dawn", quality="low")
        lab.generate("a hen", quality="low")
        yield lab


@pytest.mark.parametrize("query", ["status:failed fox", "is:failed", "tag:draft", '"two foxes"'])
def test_a_refused_prompt_is_found(refused: il.Lab, query: str) -> None:
    [found] = refused.generations(query)

    assert found.prompt == "two foxes in a fight"
    assert found.status == "failed"


def test_generations_come_newest_first_and_slices_are_generations(refused: il.Lab) -> None:
    found = refused.generations()

    assert [generation.id for generation in found] == [3, 2, 1]
    assert found[1:].ids == [2, 1]
    assert found[-1].prompt == "two foxes in a fight"
    with pytest.raises(IndexError, match="no generation at 3 among 3 generations"):
        found[3]


def test_the_table_has_what_was_said_of_a_refusal(refused: il.Lab) -> None:
    told = refused.generations("fox")._repr_mimebundle_()

    assert "g1 " in told["text/plain"]
    assert "0 of 1" in told["text/plain"]
    assert "will not make this image" in told["text/html"]
    assert "<table" in told["text/html"]


def test_an_empty_answer_says_what_was_asked(lab: il.Lab) -> None:
    assert repr(lab.generations()) == "Generations(0 generations)"
    asked = lab.generations("fox")
    assert repr(asked) == 'Generations(0 generations, "fox"; lab.generations() shows all)'


def test_a_search_for_failed_requests_points_to_those_without_images(refused: il.Lab) -> None:
    line = repr(refused.search("status:failed fox"))

    assert "found by lab.generations('status:failed fox')" in line


def test_a_table_of_a_closed_lab_says_so(tmp_path: Path) -> None:
    with il.open(tmp_path / "a.db", sandbox=True) as lab:
        lab.generate("A fox", quality="low")
        found = lab.generations()

    assert "closed" in repr(found)


def test_a_query_is_text(lab: il.Lab) -> None:
    with pytest.raises(il.errors.RequestError, match="3 is not a query"):
        lab.generations(3)  # type: ignore[arg-type] # the mistake that is meant
