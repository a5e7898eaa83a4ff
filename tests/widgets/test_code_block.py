from __future__ import annotations

from imagelab.widgets.code_block import CodeBlock


def test_a_block_of_code_holds_its_text() -> None:
    assert CodeBlock(code="lab.generate('A fox')").code == "lab.generate('A fox')"
