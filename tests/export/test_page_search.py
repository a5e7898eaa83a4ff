from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from imagelab.export.page import write_page
from tests.browser.chromium import OPTIONS, found
from tests.export.test_page import shown


@pytest.mark.browser
def test_what_is_typed_finds_cards_and_without_scripts_all_are_shown(tmp_path: Path) -> None:
    seen = [shown(1, prompt="Un château près du port"), shown(2, prompt="A fox", tags=("hero",))]
    address = write_page(tmp_path / "a.html", "t", seen).as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=OPTIONS)
        with_script, without = browser.new_page(), browser.new_page(java_script_enabled=False)
        for tab in (with_script, without):
            tab.goto(address)

        with_script.get_by_role("searchbox", name="find").fill("CHATEAU port")

        expect(with_script.locator("article:visible")).to_have_text(re.compile("château"))
        expect(with_script.get_by_role("status")).to_have_text("1 found")
        expect(without.locator("article:visible")).to_have_count(2)
        expect(without.get_by_role("searchbox")).to_have_count(0)
        browser.close()
