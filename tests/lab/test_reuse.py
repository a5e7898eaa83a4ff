from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import OutcomeUnknownError, RefusedError
from imagelab.sandbox.book import Book

Png = Callable[..., bytes]

ELSEWHERE = """
import sys, imagelab as il
with il.open(sys.argv[1], sandbox=True) as lab:
    print("number", lab.generate("a fox", quality="low").id)
"""


def fault(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Switch a fault on for labs that are opened from now on."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", name)


def charges(catalog_path: Path) -> int:
    return len(Book(catalog_path.with_name("sandbox.book")).bill())


def test_asking_again_sends_and_says_in_one_line_what_is_there(
    lab: il.Lab, catalog_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lab.generate("a fox", quality="low")
    capsys.readouterr()

    second = lab.generate("a fox", quality="low")

    said = f"an equal request is here already: g1, {first.cost} computed; reuse=True would return it, free\n"
    assert capsys.readouterr().out == said
    assert second != first
    assert charges(catalog_path) == 2


def test_the_line_names_the_success_also_behind_a_newer_one_that_has_nothing_yet(
    lab: il.Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.generate("a fox", quality="low")
    under_way = lab.submit("a fox", quality="low")
    capsys.readouterr()

    lab.submit("a fox", quality="low").wait()

    assert "an equal request is here already: g" in capsys.readouterr().out
    under_way.wait()


def test_reuse_returns_the_earlier_one_free(lab: il.Lab, catalog_path: Path) -> None:
    first = lab.generate("a fox", quality="low")

    again = lab.generate("a fox", quality="low", reuse=True)

    assert again == first
    assert charges(catalog_path) == 1


def test_reuse_returns_one_in_flight(lab: il.Lab, catalog_path: Path) -> None:
    first = lab.submit("a fox", quality="low", n=4)

    again = lab.submit("a fox", quality="low", n=4, reuse=True)

    assert again == first
    assert len(again.wait()) == 4
    assert charges(catalog_path) == 1


def test_reuse_finds_what_another_process_made(lab: il.Lab, catalog_path: Path) -> None:
    command = [sys.executable, "-c", ELSEWHERE, str(catalog_path)]
    there = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    again = lab.generate("a fox", quality="low", reuse=True)

    assert f"number {again.id}\n" in there
    assert charges(catalog_path) == 1


def test_a_rejected_one_counts(lab: il.Lab) -> None:
    first = lab.generate("a fox", quality="low")
    first[0].reject()

    assert lab.generate("a fox", quality="low", reuse=True) == first


def test_a_partial_one_counts(catalog_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch, "fewer")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match="is partial: 1 of 2 images"):
            first = lab.generate("a fox", quality="low", n=2)
        with pytest.warns(UserWarning, match="is partial: 1 of 2 images"):
            again = lab.generate("a fox", quality="low", n=2, reuse=True)

    assert again.id == first.id
    assert charges(catalog_path) == 1


def test_a_failed_one_does_not_count(catalog_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch, "moderation")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(RefusedError, match="openai:"):
            lab.generate("a fox", quality="low")

        again = lab.generate("a fox", quality="low", reuse=True)

        assert again.id == 2


def test_an_unknown_one_is_told_and_not_sent_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch, "reset_after_charge")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match="openai"):
            lab.generate("a fox", quality="low")

        said = r"g1, was sent and its outcome is not known.*settle\(\) or resend\(\).*reuse=False"
        with pytest.raises(OutcomeUnknownError, match=said) as caught:
            lab.generate("a fox", quality="low", reuse=True)

        assert caught.value.generation == lab.generation(1)
        assert lab.generate("a fox", quality="low").status == "succeeded"
        assert lab.generate("a fox", quality="low", reuse=True).id == 2


def test_a_notebooks_default_is_given_when_it_opens(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True, reuse=True) as lab:
        first = lab.generate("a fox", quality="low")

        assert lab.generate("a fox", quality="low") == first
        assert lab.generate("a fox", quality="low", reuse=False) != first


@pytest.mark.parametrize(
    "change", [{"n": 2}, {"quality": "medium"}, {"format": "webp"}, {"extra": {"user": "x"}}]
)
def test_another_request_is_another_image(lab: il.Lab, change: dict[str, object]) -> None:
    first = lab.generate("a fox", quality="low")

    assert lab.generate("a fox", **{"quality": "low", **change}, reuse=True) != first  # type: ignore[arg-type] # rows of a table


def test_tags_make_no_other_request(lab: il.Lab) -> None:
    first = lab.generate("a fox", quality="low", tags=["hero"])

    assert lab.generate("a fox", quality="low", reuse=True) == first


def test_inputs_count_by_content(lab: il.Lab, png: Png, tmp_path: Path) -> None:
    (tmp_path / "teal.png").write_bytes(png("teal"))
    first = lab.generate("a hat", quality="low", images=png("teal"))

    assert lab.generate("a hat", quality="low", images=tmp_path / "teal.png", reuse=True) == first
    assert lab.generate("a hat", quality="low", images=first.inputs, reuse=True) == first
    assert lab.generate("a hat", quality="low", images=png("red"), reuse=True) != first


def test_the_order_of_inputs_counts(lab: il.Lab, png: Png) -> None:
    both = [png("teal"), png("red")]
    first = lab.generate("a hat", quality="low", images=both)

    assert lab.generate("a hat", quality="low", images=both, reuse=True) == first
    assert lab.generate("a hat", quality="low", images=both[::-1], reuse=True) != first
