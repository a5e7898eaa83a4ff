from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import imagelab as il
from imagelab.catalog import schema
from imagelab.domain.request import recipe

ASKED = ("runware", "flux", "a fox", '{"size":"square"}')
GENERATION = (
    "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, resolved, "
    "extra, fingerprint, boot, pid, process_start, created_at) VALUES (hex(randomblob(16)), "
    "'succeeded', 'p', 'm', 'm', ?, 1, '{}', '{}', ?, '', '', 0, 0, 0)"
)


@pytest.mark.parametrize(
    ("extra", "inputs", "same"),
    [
        ('{"seed":9}', [], True),
        ("{}", [], True),
        ('{"steps":9}', [], False),
        ("{}", [("input", "ab")], False),
    ],
)
def test_a_recipe_is_what_was_asked_but_for_the_seed(
    extra: str, inputs: list[tuple[str, str]], *, same: bool
) -> None:
    assert (recipe(*ASKED, extra, inputs) == recipe(*ASKED, '{"seed":5}', [])) is same


def test_a_catalog_that_is_upgraded_has_its_stacks(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)) as db:
        for step in schema.MIGRATIONS[:8]:
            step(db)
        for prompt, extra in (("a fox", "{}"), ("a koi", "{}"), ("a fox", '{"seed":5}')):
            db.execute(GENERATION, (prompt, extra))
        db.execute("INSERT INTO blob VALUES (1, 'x', 'png', 1, 1, 1, x'00')")
        for number in (1, 2, 3):
            db.execute(
                "INSERT INTO asset (uuid, kind, blob, generation, format, width, height, "
                "size_bytes, created_at) VALUES (?, 'made', 1, ?, 'png', 1, 1, 1, 0)",
                (f"u{number}", number),
            )

        schema.MIGRATIONS[8](db)

        assert [row[0] for row in db.execute("SELECT stack FROM asset ORDER BY id")] == [1, 2, 1]


def test_an_edit_of_another_picture_is_another_stack(lab: il.Lab) -> None:
    foxes = lab.generate("A fox", quality="low", n=2)
    one = foxes[0].edit("in snow", quality="low")[0]
    foxes[1].edit("in snow", quality="low")
    again = foxes[0].edit("in snow", quality="low")[0]

    assert lab.search(f"stack:#{one.id}").ids == [again.id, one.id]
