from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from imagelab import widgets
from imagelab.widgets.modules import script, style

FOLDER = Path(next(iter(widgets.__path__)))
ENTRIES = [
    "sidebar.js",
    "gallery.js",
    "board.js",
    "code_block.js",
    "lineage.js",
    "compare.js",
    "mask.js",
    "strip.js",
    "sweep.js",
    "blind.js",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four modules: the entry needs two, and both need the fourth."""
    texts = {
        "entry.js": 'import { left } from "./left.js";\nimport {\n  right,\n} from "./right.js";\n',
        "left.js": 'import { base } from "./base.js";\nexport const left = base;\n',
        "right.js": 'import { base } from "./base.js";\nexport const right = "an import";\n',
        "base.js": "export const base = 1;\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def modules(text: str) -> list[dict[str, str]]:
    found = re.match(r"const MODULES = (\[.*\]);\n", text)
    assert found
    listed: list[dict[str, str]] = json.loads(found[1])
    return listed


def digests(folder: Path) -> dict[str, str]:
    return {module["name"]: module["digest"] for module in modules(script("entry.js", folder))}


def test_modules_come_after_what_they_need_and_the_entry_last(folder: Path) -> None:
    names = [module["name"] for module in modules(script("entry.js", folder))]

    assert names == ["base.js", "left.js", "right.js", "entry.js"]


def test_each_module_comes_as_it_was_written(folder: Path) -> None:
    [base, *_] = modules(script("entry.js", folder))

    assert base["text"] == "export const base = 1;\n"


def test_the_loader_follows_the_modules(folder: Path) -> None:
    text = script("entry.js", folder)

    assert text.endswith((FOLDER / "loader.js").read_text(encoding="utf-8"))


def test_the_same_files_have_the_same_digests(folder: Path) -> None:
    assert digests(folder) == digests(folder)


def test_a_changed_module_is_another_for_all_that_need_it(folder: Path) -> None:
    before = digests(folder)

    (folder / "left.js").write_text('import { base } from "./base.js";\nexport const left = 2;\n')

    after = digests(folder)
    changed = {name for name, digest in after.items() if digest != before[name]}
    assert changed == {"left.js", "entry.js"}


def test_a_missing_module_is_named(folder: Path) -> None:
    (folder / "base.js").unlink()

    with pytest.raises(FileNotFoundError, match=r"base\.js"):
        script("entry.js", folder)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_import_of_a_view_is_one_that_gets_linked(entry: str) -> None:
    text = "".join(module["text"] for module in modules(script(entry)))

    begun = re.findall(r"^(?:import\b|export .*? from )", text, re.MULTILINE)
    linked = re.findall(r'^import [^;]*? from "\./[\w-]+\.js";', text, re.MULTILINE)
    assert len(begun) == len(linked)


def test_every_module_belongs_to_a_view() -> None:
    used = {module["name"] for entry in ENTRIES for module in modules(script(entry))}

    assert used | {"loader.js"} == {file.name for file in FOLDER.glob("*.js")}


def test_nothing_is_fetched_or_read_as_markup() -> None:
    texts = [file.read_text(encoding="utf-8") for file in FOLDER.glob("*.js")]

    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|https?://(?!www\.w3\.org/)"
    assert re.findall(forbidden, "\n".join(texts)) == []


def test_styles_begin_with_the_tokens_all_share() -> None:
    text = style("viewer.css", "gallery.css")

    tokens, viewer, gallery = (
        text.index(mark) for mark in ("--il-ground:", ".il-over {", ".il-gallery {")
    )
    assert tokens < viewer < gallery


@pytest.mark.parametrize("name", [p.name for p in FOLDER.glob("*.css") if p.name != "tokens.css"])
def test_views_take_their_colours_from_the_tokens(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")

    assert "var(--jp-" not in text
    assert re.findall(r"#(?!fff\b|000\b)[0-9a-fA-F]{3,8}\b(?=[^{}]*\})", text) == []
