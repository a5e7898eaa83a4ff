from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from imagelab.catalog import schema, words
from imagelab.catalog.folding import _folded, folded_value, words as cut
from imagelab.catalog.words import IndexEntry, facet, index_entry

PROPERTY = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for migration in schema.MIGRATIONS:
            migration(connection)
        yield connection


def found(db: sqlite3.Connection, match: str | None) -> list[int]:
    rows = db.execute("SELECT rowid FROM text_index WHERE text_index MATCH ?", (match,))
    return sorted(row[0] for row in rows.fetchall())


def test_words_are_found_by_their_stem(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="A painting of foxes"))

    assert found(db, words.word_match("painted")) == [1]
    assert found(db, words.word_match("Fox")) == [1]


@pytest.mark.parametrize("start", ["p", "painti", "painting", "PAIN", "happ", "happy"])
def test_a_prefix_is_not_stemmed(db: sqlite3.Connection, start: str) -> None:
    words.add(db, 1, index_entry(prompt="painting happy"))

    assert found(db, words.word_match(start, prefix=True)) == [1]


@pytest.mark.parametrize("start", ["paintings", "happi", "aint"])
def test_a_prefix_finds_nothing_else(db: sqlite3.Connection, start: str) -> None:
    words.add(db, 1, index_entry(prompt="painting paint painter happy"))

    assert found(db, words.word_match(start, prefix=True)) == []


def test_quoted_words_are_exact_and_in_order(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="two red foxes"))

    assert found(db, words.exact_match("red foxes")) == [1]
    assert found(db, words.exact_match("red fox")) == []
    assert found(db, words.exact_match("foxes red")) == []


def test_no_phrase_reaches_from_one_text_into_the_next(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="a red", caption="fox", tags=["red", "hound"]))

    assert found(db, words.exact_match("red fox")) == []
    assert found(db, words.word_match("red-hound")) == []


@pytest.mark.parametrize("asked", ["cafe", "café", "CAFÉ", "cafe\u0301", "ｃａｆｅ"])
def test_accents_case_and_width_do_not_matter(db: sqlite3.Connection, asked: str) -> None:
    words.add(db, 1, index_entry(prompt="Café"))

    assert found(db, words.word_match(asked)) == [1]
    assert found(db, words.exact_match(asked)) == [1]


@pytest.mark.parametrize("asked", ["日本語", "日本", "本語", "日", "語", "本", "日本語の"])
def test_unspaced_scripts_are_found_by_any_part(db: sqlite3.Connection, asked: str) -> None:
    words.add(db, 1, index_entry(prompt="今日は日本語の本。fox"))

    assert found(db, words.word_match(asked)) == [1]
    assert found(db, words.exact_match(asked)) == [1]


@pytest.mark.parametrize("asked", ["本日", "日語", "語本", "狐"])
def test_unspaced_scripts_are_not_found_by_what_is_not_there(
    db: sqlite3.Connection, asked: str
) -> None:
    words.add(db, 1, index_entry(prompt="今日は日本語の本"))

    assert found(db, words.word_match(asked)) == []


def test_voiced_kana_stay_apart_however_they_are_composed(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="かぎ"))

    assert found(db, words.word_match("かき\u3099")) == [1]
    assert found(db, words.word_match("かき")) == []


def test_emoji_are_words(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="a 🦊, ❤️ and 😎"))

    assert found(db, words.word_match("🦊")) == [1]
    assert found(db, words.word_match("❤")) == [1]
    assert found(db, words.word_match("🐺")) == []


def test_facets_and_words_are_one_lookup(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="fox", provider="runware", rating=5))
    words.add(db, 2, index_entry(prompt="fox", provider="oxen", rating=5))
    match = f"({words.word_match('fox')}) AND ({words.facet_match('provider', 'Runware')})"

    assert found(db, match) == [1]


def test_a_facet_prefix_finds_the_values_that_begin_so(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(model="gpt-image-1.5"))
    words.add(db, 2, index_entry(model="flux"))

    assert found(db, words.facet_match("model", "gpt", prefix=True)) == [1]


def test_every_row_and_the_hidden_ones_are_known(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt="fox", flags=["root"]))
    words.add(db, 2, index_entry(prompt="fox", flags=["rejected"]))
    words.add(db, 3, index_entry(prompt="fox", flags=["imported"]))

    assert found(db, words.every_row()) == [1, 2, 3]
    assert found(db, words.hidden()) == [2, 3]
    assert found(db, words.hidden(["imported", "trashed"])) == [3]


def test_a_prompt_that_spells_a_facet_is_not_one(db: sqlite3.Connection) -> None:
    words.add(db, 1, index_entry(prompt=f"{facet('tag', 'x')} {words.EVERY_ROW} hidden0 \ue000"))

    assert found(db, words.facet_match("tag", "x")) == []
    assert found(db, words.hidden()) == []


def test_replacing_an_entry_leaves_nothing_of_the_old_one(db: sqlite3.Connection) -> None:
    old, new = index_entry(prompt="red fox", tags=["a"]), index_entry(prompt="blue fox")
    words.add(db, 1, old)

    words.replace(db, 1, old, new)

    assert found(db, words.word_match("red")) == []
    assert found(db, words.facet_match("tag", "a")) == []
    assert found(db, words.word_match("blue")) == [1]


def test_removing_the_only_entry_empties_the_index(db: sqlite3.Connection) -> None:
    entry = index_entry(prompt="red 狐 fox", note="n", tags=["a", "A"], rating=3, flags=["edit"])
    words.add(db, 1, entry)

    words.remove(db, 1, entry)

    db.execute("INSERT INTO text_index (text_index) VALUES ('integrity-check')")
    assert found(db, words.every_row()) == []
    assert found(db, words.word_match("fox")) == []


def test_an_entry_does_not_depend_on_the_order_of_what_it_is_told() -> None:
    one = index_entry(prompt="fox", tags=["a", "b"], flags=["edit", "rejected"])
    other = index_entry(prompt="fox", tags=["b", "a"], flags=["rejected", "edit"])

    assert one == other


@settings(deadline=None)
@given(st.text(), st.text())
def test_facets_are_equal_only_for_equal_values(one: str, other: str) -> None:
    same = folded_value(one) == folded_value(other)

    assert (facet("tag", one) == facet("tag", other)) is same
    assert facet("tag", one) != facet("model", one)
    assert facet("tag", one).isascii()
    assert facet("tag", one).isalnum()


@PROPERTY
@given(st.text(max_size=40), st.booleans())
def test_no_text_breaks_a_search_of_the_index(
    db: sqlite3.Connection,
    text: str,
    prefix: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    asked = [words.word_match(text, prefix=prefix), words.exact_match(text, prefix=prefix)]
    asked += [words.facet_match("tag", text, prefix=prefix)]

    assert [found(db, match) for match in asked if match is not None] in ([[]] * 3, [[]])


@PROPERTY
@given(st.text(min_size=1, max_size=40))
def test_whatever_was_put_in_is_found_by_itself_and_can_be_taken_out(
    db: sqlite3.Connection, text: str
) -> None:
    entry = index_entry(prompt=text, caption="between", note=text)
    words.add(db, 1, entry)
    matches = [words.word_match(text), words.exact_match(text), words.every_row()]

    assert [found(db, match) for match in matches if match] == [[1] for match in matches if match]
    assert words.needle(text) is None or words.holds(text, words.needle(text) or "")

    words.remove(db, 1, entry)
    assert found(db, words.every_row()) == []


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = _folded(text)

    assert cut(once) == cut(text)
    assert all(word == word.strip() and word for word in cut(text))


def test_an_entry_is_plain_text_of_three_columns() -> None:
    entry = index_entry(prompt="Red fox", rating=5, width=1024, height=1024)

    assert entry == IndexEntry(
        "red fox",
        "r0e0d0 f0o0x0",
        f"all0 {facet('size', '1024x1024')} {facet('size', 'square')} {facet('rating', '5')}",
    )
