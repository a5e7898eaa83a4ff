"""The stems of words, by the very stemmer that the text index has, without an index."""

from __future__ import annotations

import sqlite3

MAX_KEPT = 100_000  # words; a catalog has fewer, unless somebody pasted base64 into prompts
_INDEX = "CREATE VIRTUAL TABLE one USING fts5 (word, tokenize = '{}')"
_VOCABULARY = "CREATE VIRTUAL TABLE found USING fts5vocab (one, instance)"
TOKENIZER = "porter unicode61 remove_diacritics 2"  # the text index's own, which a migration wrote


class Stems(dict[str, str]):
    """Stems by word, each asked for once of a table in memory that holds nothing else.

    >>> stems = Stems()
    >>> stems["foxes"] == stems["fox"]
    True
    """

    def __init__(self) -> None:
        super().__init__()
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute(_INDEX.format(TOKENIZER))
        self._db.execute(_VOCABULARY)

    def __missing__(self, word: str) -> str:
        self._db.execute("INSERT OR REPLACE INTO one (rowid, word) VALUES (1, ?)", (word,))
        terms = self._db.execute("SELECT term FROM found ORDER BY offset").fetchall()
        if len(self) >= MAX_KEPT:
            self.clear()
        self[word] = stem = " ".join(term for (term,) in terms)
        return stem
