from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import imagelab as il
from imagelab import clock
from imagelab.errors import OutcomeUnknownError, RequestError, UnsupportedParamError
from imagelab.sandbox.book import Book

KILLED = """
import sys, imagelab as il
lab = il.open(sys.argv[1], sandbox=True)
lab.generate("a red fox", quality="low", previews=2)
"""


def charges(path: Path) -> int:
    return len(Book(path.with_name("sandbox.book")).bill())


def until(generation: il.Generation, seen: str) -> str:
    """Its card once it shows this."""
    deadline = clock.monotonic() + 10
    while clock.monotonic() < deadline:
        card: str = generation._repr_mimebundle_()["text/html"]
        if seen in card:
            return card
        clock.sleep(0.01)
    raise AssertionError(f"{seen} was never shown")


def killed(path: Path, point: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)],
        env={**os.environ, "IMAGELAB_KILL_AT": point, "IMAGELAB_SANDBOX_PACE": "1"},
        timeout=120,
        check=False,
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_an_image_with_previews_is_kept_and_its_rough_pictures_are_not(lab: il.Lab) -> None:
    g = lab.generate("a fox", quality="low", previews=3)

    assert (g.status, len(g)) == ("succeeded", 1)
    assert lab.sql("SELECT count(*) FROM assets").iloc[0, 0] == 1
    assert list(Path(lab._engine.catalog.staging).iterdir()) == []


def test_the_quote_of_previews_holds_what_was_billed(lab: il.Lab) -> None:
    plain, shown = (lab.quote("a fox", quality="low", previews=p) for p in (0, 3))
    g = lab.generate("a fox", quality="low", size="square", previews=3)

    assert plain.high
    assert shown.high
    assert g.cost
    # 300 tokens at $30 a million.
    assert float(shown.high.amount - plain.high.amount) == pytest.approx(0.009)
    assert float(g.cost.amount) == pytest.approx(0.009 + 196 * 30e-6, abs=1e-4)


def test_several_images_with_previews_are_a_call_each(lab: il.Lab, catalog_path: Path) -> None:
    g = lab.generate("a fox", quality="low", n=3, previews=1)

    assert len(g) == charges(catalog_path) == 3


def test_the_card_shows_what_is_in_the_making_until_it_is_here(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_PACE", "1")
    with il.open(catalog_path, sandbox=True) as lab:
        g = lab.submit("a fox", quality="high", previews=2)

        card = until(g, "a rough picture, not kept")
        g.wait()

        assert re.search(r'src="data:image/(jpeg|webp);base64,', card)
        assert "a rough picture" not in g._repr_mimebundle_()["text/html"]


def test_an_equal_request_without_previews_finds_the_image(lab: il.Lab) -> None:
    g = lab.generate("a fox", quality="low", previews=2)

    assert lab.generate("a fox", quality="low", reuse=True) == g


def test_the_line_of_code_asks_for_the_previews_again(lab: il.Lab) -> None:
    assert "previews=2" in lab.quote("a fox", quality="low", previews=2).code()
    assert '"partial_images": 2' in lab.quote("a fox", previews=2).code("curl")


def test_an_offer_without_previews_says_whose_has_them(lab: il.Lab) -> None:
    with pytest.raises(UnsupportedParamError, match=r"previews=2.*openai/gpt-image-2"):
        lab.quote("a fox", model="runware/gpt-image-1.5", previews=2)


def test_more_previews_than_there_are_is_refused(lab: il.Lab) -> None:
    with pytest.raises(RequestError, match=r"previews=4 is not a whole number from 0 to 3"):
        lab.quote("a fox", previews=4)


def test_a_stream_cut_before_its_image_is_unknown_and_not_sent_again(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "stream_cut")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match=r"no whole answer came"):
            lab.generate("a fox", quality="low", previews=2)

        assert lab.generation(1).status == "unknown"
        assert charges(catalog_path) == 1
        assert [path.suffix for path in lab._engine.catalog.staging.iterdir()] == [".stream"]


def test_recovering_a_cut_stream_reads_it_again_and_pays_nothing(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "stream_cut")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match=r"no whole answer came"):
            lab.generate("a fox", quality="low", previews=2)

        assert "g1 is unknown still" in repr(lab.recover())
        assert charges(catalog_path) == 1


def test_a_stream_cut_after_its_image_has_it(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "stream_cut_late")
    with il.open(catalog_path, sandbox=True) as lab:
        assert lab.generate("a fox", quality="low", previews=2).status == "succeeded"


def test_an_image_whose_event_was_on_disk_is_kept_by_the_next_opening(catalog_path: Path) -> None:
    killed(catalog_path, "streamed:3")  # two rough pictures, and then the image

    with il.open(catalog_path, sandbox=True) as lab:
        g = lab.generation(1).wait()

        assert (g.status, len(g)) == ("succeeded", 1)
        assert g.cost
        assert charges(catalog_path) == 1


def test_what_was_killed_before_its_image_came_is_unknown(catalog_path: Path) -> None:
    killed(catalog_path, "streamed")

    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match=r"may have been billed"):
            lab.generation(1).wait()

        assert charges(catalog_path) == 1
