from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from imagelab.catalog.asked import asked_ids
from imagelab.catalog.stems import Stems
from imagelab.domain.query import parse
from imagelab.domain.query_asked import parse_asked
from tests.catalog.searchable import PROPERTY, found, generate, keep, searchable

HAY = (
    "a red fox",
    "a fly's relational happiness, sized",
    "Foxes painting",
    "painted hens",
    "日本語の狐",
    "fox-glove",
    "tree 🦊 fox",
    "",
)
WORDS = (
    "fox",
    "foxes",
    "painting",
    "pain*",
    "日本",
    "狐",
    '"red fox"',
    "prompt:fox",
    "🦊",
    "hen",
    "flies",
    "happy",
    "relate",
    "sizing",
)


@dataclass
class Held:
    """A catalog whose one connection is in this thread's hands; what it ran is kept."""

    db: sqlite3.Connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        yield self.db

    def asked(self, text: str) -> list[int]:
        return asked_ids(self, parse_asked(text)).tolist()


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """Requests with one image each, so that both searches can be asked the same."""
    with searchable(tmp_path_factory.mktemp("asked")) as db:
        for number in range(140):
            fact: dict[str, Any] = {
                "provider": ("openai", "oxen", "runware")[number % 3],
                "model": ("gpt-image-2", "gpt-image-1.5")[number % 2],
                "quality": ("low", "high", None)[number // 2 % 3],
                "prompt": HAY[number % len(HAY)],
                "cost_nano": None if number % 5 == 0 else number * 1_000_000,
                "cost_unit": ("usd", "usd", "credits")[number % 3],
                "created_at": number,
                "params": json.dumps({"extra": {"steps": number % 4}, "hot": number % 2 == 0}),
            }
            made = generate(db, ("succeeded", "failed", "partial")[number % 3], 1 + number % 3)
            tags = [("Hero", "draft")[number % 2]]
            told = fact | {"tags": json.dumps(tags), "resolved": '{"size": "1536x1024"}'}
            named = ", ".join(f"{name} = ?" for name in told)
            db.execute(f"UPDATE generation SET {named} WHERE id = ?", (*told.values(), made))
            keep(db, generation=made, tags=tags, width=1536, height=1024, **fact)
        yield Held(db)


FIELDS = (
    *("status:failed", "is:failed", "provider:oxen,runware", "model:gpt*", "model:*1.5"),
    *("quality:high", "size:landscape", "size:1536x1024", "size:*1024", "tag:hero", "n:>=2"),
    *("cost:<0.05", "param.hot:true", "param.extra.steps:2..3", "id:10..40", "status:f*"),
)
TERMS = st.one_of(st.sampled_from(WORDS), st.sampled_from(FIELDS))
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds("-({})".format, inner),
        st.builds("({} {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
    ),
    max_leaves=4,
)


@given(query=QUERIES)
@PROPERTY
def test_a_search_says_the_same_of_requests_as_of_their_images(held: Held, query: str) -> None:
    assert held.asked(query) == found(held.db, query)


@pytest.mark.parametrize("query", ["", "!!!", "-!!!"])
def test_a_search_that_says_nothing_finds_every_request(held: Held, query: str) -> None:
    assert held.asked(query) == list(range(140, 0, -1))


def test_a_row_of_a_foreign_catalog_ends_no_search(tmp_path: Path) -> None:
    with searchable(tmp_path) as db:
        number = generate(db)
        db.execute("UPDATE generation SET params = '[', tags = '{}', resolved = '7', quality = ''")

        assert Held(db).asked("-param.a:1 -tag:x -size:square -format:png") == [number]


def test_statuses_that_a_search_names_are_found_by_their_index(held: Held) -> None:
    ran: list[str] = []
    held.db.set_trace_callback(ran.append)
    held.asked("fox -(quality:low) status:failed,cancelled")
    held.db.set_trace_callback(None)

    [sql] = [one for one in ran if "json_each" in one]
    plan = held.db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert "generation_status (status=? AND id>? AND id<?)" in plan[0]["detail"]


def test_no_text_of_a_search_is_in_its_statements(held: Held) -> None:
    ran: list[str] = []
    held.db.set_trace_callback(ran.append)
    held.asked("sesame OR prompt:sesame* OR tag:sesame OR param.sesame:sesame")
    held.db.set_trace_callback(None)

    assert ran
    assert not any("sesame" in sql for sql in ran)


def test_stems_are_those_of_the_text_index() -> None:
    stems = Stems()

    assert stems["paintings"] == stems["painted"] == "paint"
    assert stems["fox"] != stems["fog"]
    assert parse("fox") == parse_asked("fox")
