from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.domain.money import Cost
from imagelab.domain.records import AssetRow
from imagelab.export.page import Shown, page, write_page
from imagelab.export.page_search import SCRIPT

PIXEL = (b"\xff\xd8 a picture", "image/jpeg")
HOSTILE = "\"><script>alert(1)</script></style><img src=x onerror='alert(1)'>&amp;"
VOID = {"meta", "img", "input"}
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
OFFLINE = (
    "--headless",
    "--no-sandbox",  # it does not start as root otherwise
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--dump-dom",
)


class Reader(HTMLParser):
    """The elements of a page, what they say, and whether each was closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def row(number: int = 1, **values: Any) -> AssetRow:
    usual: dict[str, Any] = {
        "id": number,
        "uuid": f"uuid-{number}",
        "kind": "made",
        "sha256": "0" * 64,
        "format": "png",
        "width": 1536,
        "height": 1024,
        "size_bytes": 10,
        "prompt": "A fox reading a book",
        "caption": None,
        "note": None,
        "params": {},
        "provider": "openai",
        "model": "gpt-image-2",
        "generation": 1,
        "position": 0,
        "cost": Cost(Decimal("0.25")),
        "seed": None,
        "flagged": None,
        "reported": {},
        "rating": None,
        "rejected": False,
        "damaged": None,
        "tags": (),
        "created_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return AssetRow(**{**usual, **values})


def shown(number: int = 1, **values: Any) -> Shown:
    return Shown(row(number, **values), PIXEL)


def sums(*items: Shown) -> list[str]:
    found = re.findall(r"<li><b>(.*?)</b> (.*?)</li>", page("t", items))
    return [" ".join(pair) for pair in found]


def test_a_card_shows_the_picture_the_words_and_the_facts() -> None:
    text = page("t", [shown(7, rating=4, tags=("hero",), params={"quality": "low"})])

    assert 'alt="A fox reading a book"' in text
    assert 'src="data:image/jpeg;base64,/9ggYSBwaWN0dXJl"' in text
    assert 'aria-label="4 of 5 stars">★★★★<' in text
    assert "<li>hero</li>" in text
    assert "<dd>openai/gpt-image-2</dd>" in text
    assert "<dd>1536 × 1024 PNG</dd>" in text
    assert "<dt>quality</dt><dd>low</dd>" in text
    assert "<dd><b>$0.25</b> reported</dd>" in text
    assert "<dd>2026-01-02</dd>" in text


def test_a_caption_is_shown_in_place_of_the_prompt() -> None:
    text = page("t", [shown(caption="Two foxes")])

    assert '<p class="prompt" dir="auto">Two foxes</p>' in text
    assert "A fox reading" not in text


def test_a_long_prompt_unfolds_without_a_script() -> None:
    text = page("t", [shown(prompt="a very long prompt " * 30)])

    assert "<details" in text
    assert "details" not in SCRIPT


def test_the_longest_prompt_does_not_make_the_page_endless() -> None:
    assert len(page("t", [shown(prompt="fox " * 50_000)])) < 20_000


def test_an_asset_that_was_made_from_one_on_the_page_links_to_it() -> None:
    text = page("t", [shown(1), Shown(row(2), PIXEL, (1, 99))])

    assert 'made from <a href="#a1">#1</a>, #99' in text


def test_a_damaged_image_says_why_and_has_no_picture() -> None:
    reader = Reader(page("t", [Shown(row(damaged="the PNG ends early"), None)]))

    assert reader.all("img") == []
    assert {"damaged", "the PNG ends early"} <= set(reader.texts)


def test_an_image_that_was_not_looked_at_yet_says_so() -> None:
    assert "its small copy is not made yet" in page("t", [Shown(row(), None)])


def test_an_imported_image_has_no_cost_and_no_offer() -> None:
    text = page("t", [shown(kind="imported", provider=None, model=None, cost=None, prompt="")])

    assert "<dd>imported</dd>" in text
    assert "cost" not in text.split("<main>")[1]
    assert 'alt="image #1"' in text


def test_an_unknown_cost_is_unknown() -> None:
    assert "<dt>cost</dt><dd>unknown</dd>" in page("t", [shown(cost=None)])


def test_a_transparent_picture_lies_on_a_chequered_ground() -> None:
    [image] = Reader(page("t", [Shown(row(), (b"RIFF", "image/webp"))])).all("img")

    assert image["class"] == "clear"


def test_the_sums_say_how_each_is_known() -> None:
    computed = Cost(Decimal("0.05"), source="computed")

    assert sums(shown(1), shown(2, cost=computed), shown(3)) == [
        "3 images",
        "$0.55 in all",
        "$0.50 reported by the vendor",
        "$0.05 computed from reported usage",
    ]


def test_one_way_of_knowing_needs_no_total() -> None:
    assert sums(shown()) == ["1 image", "$0.25 reported by the vendor"]


def test_what_is_not_known_is_counted_and_never_nothing() -> None:
    assert sums(shown(cost=None)) == ["1 image", "1 of unknown cost"]


def test_units_never_add() -> None:
    assert sums(shown(1), shown(2, cost=Cost(Decimal(24), "credits"))) == [
        "2 images",
        "$0.25 + 24 credits reported by the vendor",
    ]


def test_no_images_is_said() -> None:
    text = page("t", [])

    assert "<b>0</b> images" in text
    assert "No images here" in text


def test_the_page_forbids_itself_the_network_and_every_script_but_its_own() -> None:
    text = page("t", [shown()])
    metas, [script] = (
        Reader(text).all("meta"),
        re.findall("<script>(.*?)</script>", text, re.DOTALL),
    )
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"]

    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{told}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_hostile_words_stay_words() -> None:
    values: dict[str, Any] = {
        "prompt": HOSTILE,
        "tags": (HOSTILE,),
        "provider": HOSTILE,
        "format": HOSTILE,
    }
    item = Shown(row(**values, params={"quality": HOSTILE}), (b"x", HOSTILE))

    reader = Reader(page(HOSTILE, [item, Shown(row(2, damaged=HOSTILE), None)], HOSTILE))

    assert len(reader.all("script")) == 1
    assert len(reader.all("img")) == 1
    assert HOSTILE in reader.texts
    assert [a for _, a in reader.elements if any(name.startswith("on") for name in a)] == []


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_no_hostile_word_runs_in_a_browser(tmp_path: Path) -> None:
    script = "<script>document.body.dataset.ran = 1</script>"
    image = "<img src=x onerror='document.body.dataset.ran = 1'>"
    words = f"\"'>{script}{image}</style></title></textarea>-->{script}{image}"
    path = write_page(tmp_path / "a.html", words, [shown(prompt=words, tags=(words,))], words)

    command = [str(BROWSER), *OFFLINE, f"--user-data-dir={tmp_path / 'b'}", path.as_uri()]
    drawn = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert drawn.count("<article") == 1
    assert "data-ran" not in drawn


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_no_text_breaks_the_page(title: str, prompt: str, tag: str) -> None:
    plain = Reader(page("t", [shown(prompt="x", tags=("x",))]))
    given_text = page(title, [shown(prompt=prompt or "x", tags=(tag,))])

    reader = Reader(given_text)

    assert [name for name, _ in reader.elements if name != "p"] == [
        name for name, _ in plain.elements if name != "p"
    ]
    assert reader.open == []
    given_text.encode("utf-8")


def test_the_page_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = write_page(tmp_path / "new" / "gallery.html", "t", [shown()])

    assert path.read_text(encoding="utf-8") == page("t", [shown()])
    assert [file.name for file in path.parent.iterdir()] == ["gallery.html"]


def test_our_own_page_is_replaced(tmp_path: Path) -> None:
    write_page(tmp_path / "a.html", "old", [])

    write_page(tmp_path / "a.html", "new", [])

    assert "<h1>new</h1>" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_somebody_else_s_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>mine</p>")

    with pytest.raises(ValueError, match="was not written by imagelab; name another file"):
        write_page(tmp_path / "a.html", "t", [])

    assert (tmp_path / "a.html").read_text() == "<p>mine</p>"


def test_a_folder_is_refused_with_a_name_to_use(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"is a folder; name a file in it, such as .*gallery\.html"
    ):
        write_page(tmp_path, "t", [])
