from __future__ import annotations

import json
import re

from imagelab.widgets.board import Board
from imagelab.widgets.code_block import CodeBlock


def modules(esm: str) -> dict[str, str]:
    """The modules a view travels with, by name."""
    listed = json.loads(esm.partition("const MODULES = ")[2].partition(";\n")[0])
    return {module["name"]: module["text"] for module in listed}


def test_the_board_travels_with_the_modules_it_needs_and_comes_last() -> None:
    names = [*modules(Board._esm)]

    assert names[-1] == "board.js"
    assert {"card.js", "cards.js", "press.js", "viewer.js", "courier.js"} <= {*names}


def test_no_module_of_the_studio_reads_text_as_markup() -> None:
    texts = "".join({**modules(Board._esm), **modules(CodeBlock._esm)}.values())

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", texts)


def test_the_styles_speak_of_our_own_elements_only() -> None:
    rules = re.sub(r"/\*.*?\*/", "", str(Board._css), flags=re.DOTALL)
    heads = re.findall(r"^\s*([^@{}\s][^{}]*)\{", rules, flags=re.MULTILINE)

    assert [head for head in heads if ".il-" not in head and head.strip() != "to"] == []
