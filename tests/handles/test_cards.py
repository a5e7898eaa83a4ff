from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.domain.cost_words import price
from imagelab.domain.money import Cost
from imagelab.domain.records import GenerationRow
from imagelab.handles.cards import generation_card, progress_card
from imagelab.handles.lines import generation_line
from imagelab.handles.pictures import fitting

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>&amp;"
STEERING = "a fox\x1b[31m\x1b]0;title\x07 \u202egnp.exe\u202c\u200b\n\r\n# heading \x9b2J"
HOSTILE = [MARKUP, STEERING, "x" * 10_000, "\n" * 50 + "a fox", "&lt;b&gt; {n} %s ${HOME}"]

# What a card is made of; nothing that runs, loads or listens.
BONES = {"div", "table", "tbody", "tr", "td", "img", "br", "small", "b", "span", "progress"}
ATTRIBUTES = {"class", "style", "src", "alt", "title", "width", "height", "max", "value"}


class Reader(HTMLParser):
    """What a page makes of a card."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources += [value or "" for name, value in attrs if name == "src"]
        if tag not in {"img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def made(lab: il.Lab) -> il.Generation:
    return lab.generate("a red fox", n=2, quality="low")


@pytest.fixture
def row(lab: il.Lab, made: il.Generation) -> GenerationRow:
    return lab._shelf.generation_row(made.id)


def shown(*things: Any) -> list[tuple[str, str]]:
    bundles = [thing._repr_mimebundle_() for thing in things]
    return [(bundle["text/plain"], bundle["text/html"]) for bundle in bundles]


@pytest.mark.parametrize("prompt", HOSTILE)
def test_a_hostile_prompt_is_inert_wherever_it_is_shown(lab: il.Lab, prompt: str) -> None:
    generation = lab.generate(prompt)
    asset = generation[0]
    asset.note, asset.caption = prompt, prompt
    found = lab.search()
    found.query = prompt

    everything = shown(generation, asset, found)

    for line, html in everything:
        page = Reader(html)
        assert page.tags <= BONES
        assert page.attributes <= ATTRIBUTES
        assert all(source.startswith("data:image/") for source in page.sources)
        assert page.open == []
        assert len(line) < 250
        assert line.isprintable()
        assert page.words.isprintable()
    assert repr(generation) == everything[0][0]


def test_a_card_says_what_a_person_wants_to_know(made: il.Generation) -> None:
    lamp = made[0].edit("add a lamp")[0].rate(3).tag("hero")
    lamp.note = "for the cover"

    ((_, html),) = shown(lamp)

    words = Reader(html).words
    assert "#3 ★★★" in words
    assert "add a lamp" in words
    assert "openai/gpt-image-2" in words
    assert re.search(r"1024×1024 PNG, [\d.]+ [kM]B", words)
    assert re.search(r"cost \$0\.\d+ computed", words)
    assert "made from #1" in words
    assert "tags hero" in words
    assert "note for the cover" in words


def test_a_price_always_says_how_it_is_known(lab: il.Lab, made: il.Generation) -> None:
    reported = lab.generate("a red fox", provider="runware")

    assert re.search(r"\$0\.\d+ computed", repr(made))
    assert re.search(r"\$0\.\d+ reported", repr(reported))
    assert re.search(r"\$0\.\d+ reported", Reader(shown(reported)[0][1]).words)


def test_nothing_shown_names_a_home_a_key_or_an_address(
    lab: il.Lab, catalog_path: Path, made: il.Generation
) -> None:
    told = lab.generate("a red fox", provider="runware")
    things = shown(made, made[0], told, lab.search(), lab.models())

    said = "".join(line + Reader(html).words for line, html in things) + repr(lab)

    assert str(Path.home()) not in said
    assert str(catalog_path.parent) not in said
    assert "://" not in said
    assert "sandbox-key" not in said


def test_a_card_stripped_of_its_styling_has_sizes_and_words(made: il.Generation) -> None:
    ((_, html),) = shown(made)

    bare = re.sub(r' style="[^"]*"', "", html)

    assert bare.count('width="192" height="192"') == 2
    assert bare.count("<td>") == 2
    assert Reader(bare).words.startswith("a red fox")


def test_a_card_needs_nothing_from_the_page(made: il.Generation) -> None:
    html = "".join(html for _, html in shown(made, made[0]))

    for variable in re.findall(r"var\([^()]*(?:\([^()]*\))?[^()]*\)", html):
        assert "," in variable
    assert "<style" not in html
    assert set(re.findall(r'class="([^"]*)"', html)) == {"tex2jax_ignore mathjax_ignore"}


def test_a_rejected_image_says_so(made: il.Generation) -> None:
    made[0].reject()

    (_, sheet), (line, card) = shown(made, made[0])

    assert "#1 rejected" in Reader(sheet).words
    assert "rejected: hidden from search" in Reader(card).words
    assert "rejected" in line


def test_a_running_one_says_how_to_wait_and_what_it_may_cost(row: GenerationRow) -> None:
    running = replace(row, status="running", arrived=1, cost=None)

    words = Reader(generation_card(running, [], 6.2)).words

    assert "1 of 2 images · 6.2 s · ≈ $0." in words
    assert "running; lab.generation(1).wait() waits for it" in words
    assert generation_line(running, 6.2).startswith("Generation(g1 running 1/2 for 6 s, openai/")


def test_progress_has_a_bar_that_is_filled_only_as_far_as_is_known(row: GenerationRow) -> None:
    running = replace(row, status="running", cost=None)

    guessed, known = progress_card(running, 0, 3.7, None), progress_card(running, 1, 3.7, 0.5)

    assert '<progress max="1" style' in guessed
    assert 'value="0.50"' in known
    assert "g1 · openai/gpt-image-2 · 1 of 2 · 4 s · ≈ $0." in Reader(known).words


def test_a_failed_one_says_why_in_its_own_words(row: GenerationRow) -> None:
    failed = replace(
        row, status="failed", arrived=0, cost=Cost(Decimal(0)), error="openai: <no> fox today"
    )

    page = Reader(generation_card(failed, [], 0.4))

    assert "failed" in page.words
    assert "openai: <no> fox today" in page.words
    assert "0 of 2 images · 0.4 s · nothing billed" in page.words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "queued", "quote_likely": None}, "price unknown"),
        ({"status": "unknown", "cost": None, "quote_high": None}, "cost unknown"),
        ({"status": "unknown", "cost": None}, "cost unknown, at most $0.0"),
        ({"cost": Cost(Decimal(27), "credits", "reported")}, "27 credits reported"),
    ],
)
def test_what_is_not_known_is_never_nothing(
    row: GenerationRow, changes: dict[str, Any], said: str
) -> None:
    assert price(replace(row, **changes)).startswith(said)


def test_pictures_fit_and_what_does_not_decode_is_left_out(made: il.Generation) -> None:
    small = made[0].thumbnail
    assert small is not None

    many = fitting([(small, "image/jpeg")] * 24, 50_000)
    broken = fitting([(b"no picture" * 9_000, "image/jpeg"), None])

    assert 20_000 < sum(len(picture[0]) for picture in many if picture) <= 50_000
    assert broken == [None, None]
