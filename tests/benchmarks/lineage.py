"""Families in a large catalog: fetched, walked, laid out, and painted in a real JupyterLab.

Where a goal is a time, the time stands in place of a bound.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from imagelab.catalog import family
from imagelab.catalog.catalog import Catalog, open_catalog
from imagelab.domain.family_layout import laid_out
from tests.benchmarks import synthetic
from tests.benchmarks.measure import Result, compared, in_turns, median
from tests.browser.chromium import ADVICE, OPTIONS, found
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook

_MEMBERS, _FEW, _DEEP = 10_000, 10, 1_000
_ROUNDS, _PAINTS = 9, 6
_UP = """
    SELECT i.asset FROM family JOIN asset AS me ON me.id = family.id
    JOIN input AS i ON i.generation = me.generation WHERE i.asset IS NOT NULL
"""
_DOWN = """
    SELECT child.id FROM family JOIN input AS i ON i.asset = family.id
    JOIN asset AS child ON child.generation = i.generation
"""
# As one would write it by hand, for what `family` tells of each member and edge.
_BY_HAND = f"""
    WITH RECURSIVE family (id) AS (SELECT ? UNION {_UP} UNION {_DOWN})
    SELECT a.id, a.kind, a.generation, a.rejected, a.cost_nano, a.cost_unit, a.cost_source,
           i.asset, i.role
    FROM family JOIN asset AS a ON a.id = family.id
    LEFT JOIN input AS i ON i.generation = a.generation
"""
_ANCESTORS_BY_HAND = f"WITH RECURSIVE family (id) AS (SELECT ? UNION {_UP}) SELECT id FROM family"
_OPEN = "import imagelab as il; lab = il.open({path!r}, sandbox=True)"
_SHOW = "view = lab.asset({number}).lineage().view(); view"
_PAINTED = """async (before) => {
  const marks = () => performance.getEntriesByName("il-family-painted").length;
  const began = performance.now();
  jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
  jupyterapp.commands.execute("notebook:run-cell");
  const drawn = () => document.querySelector(".il-lineage[data-shown] .il-graph[data-painted='1']");
  const old = drawn();
  while (!drawn() || drawn() === old || marks() <= before) {
    if (performance.now() - began > 60000) throw new Error("nothing was painted in 60 s");
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - began;
}"""


def run(rows: int) -> list[Result]:
    path = found()
    if path is None:
        sys.exit(ADVICE)
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        catalog = open_catalog(synthetic.copied(Path(folder), rows), "sandbox")
        large, few, deep = _families(catalog, rows)
        results = [*_fetched(catalog, large), *_walked(catalog, deep), _laid_out(catalog, large)]
        catalog.close()
        with JupyterLab(Path(folder) / "jupyter") as lab, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
            small, whole = (_paint(chromium, lab, catalog.path, n) for n in (few, large))
            chromium.close()
    return [*results, Result("first paint, a family of 10,000", whole, small, "a family of 10", 2)]


def _fetched(catalog: Catalog, number: int) -> list[Result]:
    def by_hand() -> object:
        with catalog.reading() as db:
            return _plain(db, _BY_HAND, number)

    ours, hand = in_turns(_ROUNDS, lambda: family.family(catalog, number), by_hand)
    name = f"a family of {len(family.family(catalog, number).members):,}, fetched"
    return [
        Result(name, median(ours), median(hand), "the same query by hand", 1.5),
        Result(name, median(ours), 50, "50 ms", 1),
    ]


def _walked(catalog: Catalog, number: int) -> list[Result]:
    def by_hand() -> object:
        with catalog.reading() as db:
            return _plain(db, _ANCESTORS_BY_HAND, number)

    name = f"{len(family.ancestors(catalog, number)):,} ancestors in a line"
    ours = compared(
        name,
        "the same query by hand",
        1.5,
        _ROUNDS,
        lambda: family.ancestors(catalog, number),
        by_hand,
    )
    return [ours, Result(name, ours.ours_ms, 10, "10 ms", 1)]


def _laid_out(catalog: Catalog, number: int) -> Result:
    members = family.family(catalog, number)
    members.parents  # noqa: B018 - looked up once, when a family is first walked
    (taken,) = in_turns(_ROUNDS, lambda: laid_out(members, list(members.kin)))
    return Result("a family of 10,000, laid out", median(taken), 200, "200 ms", 1)


def _plain(db: sqlite3.Connection, sql: str, *values: object) -> list[object]:
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values).fetchall()


def _families(catalog: Catalog, rows: int) -> tuple[int, int, int]:
    """A member of a wide one of 10,000, of one of ten, and the last of a chain of a thousand."""
    chance = random.Random(7)
    places = list(range(1, rows + 1))
    chance.shuffle(places)
    picked = iter(places)
    large, few, deep = (
        sorted(next(picked) for _ in range(count)) for count in (_MEMBERS, _FEW, _DEEP + 1)
    )
    with catalog.writing() as db:
        for members in (large, few):
            grown = {
                place: sorted(
                    {chance.randint(place // 3, place - 1), *([0] if not place % 10 else [])}
                )
                for place in range(1, len(members))
            }
            _relate(db, members, grown)
        _relate(db, deep, {place: [place - 1] for place in range(1, len(deep))})
    return large[len(large) // 20], few[4], deep[-1]


def _relate(
    db: sqlite3.Connection, members: Sequence[int], grown: Mapping[int, Sequence[int]]
) -> None:
    for place, parents in grown.items():
        number = db.execute(
            "INSERT INTO generation (uuid, status, provider, model, native, prompt, n, params, "
            "resolved, fingerprint, boot, pid, process_start, created_at) VALUES "
            "(hex(randomblob(16)), 'succeeded', 'openai', 'gpt-image-2', '', '', 1, '{}', '{}', '', "
            "'', 0, 0, 0)"
        ).lastrowid
        db.execute("UPDATE asset SET generation = ? WHERE id = ?", (number, members[place]))
        for position, parent in enumerate(parents):
            db.execute(
                "INSERT INTO input SELECT ?, ?, ?, id, blob, NULL FROM asset WHERE id = ?",
                (number, position, "reference" if position else "input", members[parent]),
            )


def _paint(browser: Browser, lab: JupyterLab, catalog: Path, number: int) -> float:
    """The median first paint of views opened one after the other in one notebook."""
    name = lab.write(
        f"{number}.ipynb", [_OPEN.format(path=str(catalog)), _SHOW.format(number=number)]
    )
    with Notebook(browser, lab, name) as notebook:
        notebook.run(0)
        count = "performance.getEntriesByName('il-family-painted').length"
        taken = [
            float(notebook.page.evaluate(_PAINTED, notebook.page.evaluate(count)))
            for _ in range(_PAINTS)
        ]
    lab.stop_kernels()
    return median(taken[1:])  # the first one in a page also loads the modules
