"""Five hundred hostile strings in what Python shows: cards, stills, tables, errors, log lines."""

from __future__ import annotations

import html.parser
import logging
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import ImagelabError
from tests.browser.hostile import STRINGS, hostile_catalog

pytestmark = [pytest.mark.fault, pytest.mark.long]

# What a terminal or an eye is tricked by: escapes, controls, marks that turn text around.
TRICKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LEADS_OUT = re.compile(r"^\s*(?!data:image/|#|$)")
ACTIVE = {"script", "iframe", "object", "embed", "link", "base", "form", "meta", "math", "video"}
PAGE = 40


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[il.Lab]:
    path: Path = tmp_path_factory.mktemp("hostile") / "lab.db"
    hostile_catalog(path)
    with il.open(path, sandbox=True) as opened:
        yield opened


class Markup(html.parser.HTMLParser):
    """Every element and attribute that could do something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in ACTIVE else []
        for name, value in attrs:
            leads = name in {"src", "href", "srcdoc", "action", "data"} and value is not None
            style = name == "style" and re.search(r"url\(|expression|@import", value or "")
            if name.startswith("on") or (leads and LEADS_OUT.match(value or "")) or style:
                self.found.append(f"{tag} {name}={value}"[:80])


def left_by(view: Any) -> dict[str, str]:
    """What a widget leaves beside itself."""
    bundle = view._repr_mimebundle_()
    kinds = bundle[0] if isinstance(bundle, tuple) else bundle
    return {kind: text for kind, text in kinds.items() if kind.startswith("text/")}


def shown(lab: il.Lab) -> Iterator[dict[str, str]]:
    """What each view leaves in a notebook, by its kind."""
    il.options.static_preview = "all"
    found = lab.search()
    for start in range(0, len(found), PAGE):
        part = found[start : start + PAGE]
        yield part._repr_mimebundle_()
        yield left_by(part.gallery())
    for number in found.ids[:: len(found) // 100]:
        asset = lab.asset(number)
        yield asset._repr_mimebundle_()
        family = asset.lineage()
        yield {"text/html": family.svg(), "text/plain": repr(family)}
    for number in range(1, 13):
        yield lab.generation(number)._repr_mimebundle_()
    some = [lab.asset(number) for number in found.ids[:4]]
    for view in (lab.compare(*some), lab.studio(), judged(lab)):
        yield left_by(view)
    yield from reports(lab)
    il.options.static_preview = "pictures"


def judged(lab: il.Lab) -> Any:
    """A comparison that has come to its table, whose axes are what strangers wrote."""
    blind = lab.search().blind(pairs=100)
    for _ in range(100):
        blind.judge("left")
    return blind


def swept(lab: il.Lab) -> il.Sweep:
    """One whose values are all of the strings; nothing of it need be painted."""
    words = list(dict.fromkeys(lab.to_pandas()["prompt"]))
    sweep = lab.sweep("{text}", text=words, quality="low", confirm=True, wait=False)
    sweep.cancel()
    return sweep


def reports(lab: il.Lab) -> Iterator[dict[str, str]]:
    """What tables and lines say."""
    for report in (swept(lab), lab.generations(), lab.models(), lab.pending()):
        yield report._repr_mimebundle_()
    for frame in (lab.to_pandas(), lab.spend(by="model"), lab.spend(by="tag")):
        yield {"text/html": frame.to_html()}
    for line in (lab.trash(), lab.budget(), lab.searches, lab.undo(), lab):
        yield {"text/plain": repr(line)}


def test_no_text_of_a_stranger_is_markup_or_an_escape_in_what_python_shows(lab: il.Lab) -> None:
    looked, tricks, active = 0, [], []
    for bundle in shown(lab):
        looked += 1
        tricks += TRICKS.findall(bundle.get("text/plain", ""))
        active += Markup(bundle.get("text/html", "")).found

    assert looked > 200
    assert tricks == []
    assert active == []


def test_a_page_of_them_is_as_quiet_as_a_page_of_a_fox(lab: il.Lab, tmp_path: Path) -> None:
    pages = {name: tmp_path / f"{name}.html" for name in ("all", "fox")}
    lab.export(pages["all"], format="html")
    lab.export(pages["fox"], 'prompt:"A fox"', format="html")
    files = {name: next(tmp_path.rglob(f"{name}.html")) for name in pages}

    found = {
        name: Markup((file / "index.html" if file.is_dir() else file).read_text("utf-8")).found
        for name, file in files.items()
    }

    assert found["all"] == found["fox"]


def test_the_same_strings_as_markup_are_found() -> None:
    assert len([text for text in STRINGS if Markup(f"<p>{text}</p>").found]) > 150
    assert len([text for text in STRINGS if TRICKS.search(text)]) > 20


def test_no_error_and_no_log_line_carries_an_escape(
    lab: il.Lab, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for text in STRINGS[::3]:
        for act in (lab.search, lab.generation, lab.quote):
            try:
                repr(act(text[:2000]))
            except ImagelabError as error:
                told.append("".join(traceback.format_exception_only(error)))

    assert len(told) > 100
    assert [text for text in told if TRICKS.search(text)] == []
    assert TRICKS.findall(caplog.text) == []
