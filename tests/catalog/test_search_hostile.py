from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.catalog.hostile import CHOSEN, stock, strings, tried
from tests.catalog.searchable import PROPERTY, found, generate, keep, searchable

# For every field some terms, each with its own idea of what is not known.
TERMS = (
    "model:flux", "model:*", "model:fl*", "model:*x", "provider:runware,oxen", "provider:*en",
    "quality:low", "size:square", "size:6*", "format:png", "format:p*g", "status:succeeded",
    "status:partial", "status:*", "tag:hero", "tag:*er*", "tag:*", "prompt:fox", 'prompt:"red fox"',
    "caption:fox", "caption:fo*", "note:fox", "cost:<0.05", "cost:>=0", "cost:0.01..0.2",
    "rating:0", "rating:>=3", "rating:<3", "width:>100", "height:64", "n:1", "n:>1", "seed:5",
    "seed:>=0", "id:1..2", "date:>1970-01-01", "date:1970-01-01", "is:edit", "is:root",
    "is:unrated", "is:failed", "is:transparent", "is:flagged", "is:imported", "is:damaged",
    "is:rejected", "is:trashed", "is:edit,unrated", "param.steps:20", "param.steps:>=1",
    "param.a.b:x*", "from:#{first}", "like:#{first}", "stack:#{first}", "fox", '"red fox"', "fo*",
    "fox OR rating:5", "(fox -rating:5)", "(tag:hero OR is:imported)",
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "prompt": st.sampled_from(["a red fox", "koi", ""]),
        "caption": st.sampled_from([None, "a fox"]),
        "note": st.sampled_from([None, "fox"]),
        "provider": st.sampled_from([None, "runware", "oxen"]),
        "model": st.sampled_from([None, "flux"]),
        "quality": st.sampled_from([None, "low"]),
        "rating": st.sampled_from([None, 1, 5]),
        "width": st.sampled_from([64, 128]),
        "seed": st.sampled_from([None, 5]),
        "params": st.sampled_from(["{}", '{"steps":20}', '{"steps":null}', "{no json"]),
        "created_at": st.sampled_from([0, 10**15]),
        "edit": st.sampled_from([0, 1]),
        "transparent": st.sampled_from([0, 1]),
        "flagged": st.sampled_from([None, 0, 1]),
        "damaged": st.sampled_from([None, "why"]),
        "kind": st.sampled_from(["made", "made", "imported"]),
        "rejected": st.sampled_from([0, 0, 1]),
        "trashed": st.sampled_from([0, 0, 0, 1]),
        "tags": st.sampled_from([(), ("Hero",)]),
        "likeness": st.sampled_from([None, 5]),
        "stack": st.sampled_from([None, 1]),
        "cost": st.sampled_from([(None, None), (10**7, "usd"), (10**7, "credits"), (0, "usd")]),
        "status": st.sampled_from([None, "succeeded", "partial", "failed"]),
    }
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with searchable(tmp_path) as connection:
        yield connection


def keep_rows(db: sqlite3.Connection, rows: list[dict[str, object]]) -> dict[int, set[str]]:
    """Only these rows, by number, with the kinds for which each is hidden."""
    if db.in_transaction:
        db.execute("ROLLBACK")
    db.execute("BEGIN")
    kept = {}
    for row in rows:
        columns = dict(row)
        columns["cost_nano"], columns["cost_unit"] = columns.pop("cost")  # type: ignore[misc] # a pair
        status = columns.pop("status")
        columns["generation"] = generate(db, str(status)) if status else None
        hidden = {name for name in ("rejected", "trashed") if row[name]}
        hidden |= {"imported"} if row["kind"] == "imported" else set()
        kept[keep(db, **columns)] = hidden  # type: ignore[arg-type] # the prompt among them
    return kept


@PROPERTY
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_a_term_and_its_negation_share_out_what_is_shown(
    db: sqlite3.Connection, rows: list[dict[str, object]]
) -> None:
    kept = keep_rows(db, rows)
    shown = {number for number, hidden in kept.items() if not hidden}
    for term in TERMS:
        said = term.format(first=min(kept))
        with_it, without = set(found(db, said)), set(found(db, f"-({said})"))

        assert not with_it & without, said
        assert with_it | without >= shown, said
        asked = (with_it | without) - shown
        assert all("is:" in said or "from:" in said for n in asked if kept[n]), said


@pytest.mark.parametrize("text", CHOSEN)
def test_a_hostile_search_is_read_or_refused(db: sqlite3.Connection, text: str) -> None:
    stock(db)

    assert tried(db, text) in ("read", "refused", "of no asset")


@pytest.mark.parametrize("seed", range(4))
def test_random_searches_are_read_or_refused(db: sqlite3.Connection, seed: int) -> None:
    stock(db)

    became = [tried(db, text) for text in strings(800, seed)]

    assert 80 < became.count("read") < 720
