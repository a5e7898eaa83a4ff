from __future__ import annotations

from contextlib import closing
from pathlib import Path

import imagelab as il
from imagelab.catalog.catalog import open_catalog
from imagelab.catalog.standing import standing


def test_todays_spending_is_told_and_yesterdays_is_not(lab: il.Lab, catalog_path: Path) -> None:
    lab.generate(
        "a red fox", provider="runware", model="gpt-image-1.5", quality="low", size="square"
    )
    with closing(open_catalog(catalog_path, None)) as catalog:
        today = standing(catalog)
        with catalog.writing() as db:
            db.execute("UPDATE ledger SET at = at - 86400000000")
        yesterday = standing(catalog)

    assert today["today"] == str(lab.search().cost)
    assert yesterday["today"] == "$0.00"
    assert (today["running"], today["queued"], today["unknown"], today["cards"]) == (0, 0, 0, [])


def test_what_is_under_way_is_told_oldest_first(lab: il.Lab, catalog_path: Path) -> None:
    for words in ("a fox", "an owl"):
        lab.generate(words, quality="low")
    with closing(open_catalog(catalog_path, None)) as catalog, catalog.writing() as db:
        db.execute("UPDATE generation SET status = 'running', finished_at = NULL")
    with closing(open_catalog(catalog_path, None)) as catalog:
        told = standing(catalog)

    assert (told["running"], told["queued"]) == (2, 0)
    assert [card["prompt"] for card in told["cards"]] == ["a fox", "an owl"]
