from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.notebook import Notebook
from tests.browser.views import OPEN

PROMPTS = [
    '<img src=x onerror="window.executed = 1">',
    "<script>window.executed = 1</script>",
    "<svg onload='window.executed = 1'><circle r=9></svg>",
    "</textarea></td></div><iframe srcdoc='<script>parent.executed = 1</script>'></iframe>",
    "javascript:window.executed=1//[x](javascript:window.executed=1)",
    "\x1b[31mred\x1b]8;;http://127.0.0.1/\x07link\x1b]8;;\x07",
    "\u202eevitcerid\u2066 \u200bzero\u200b width",
    "${window.executed = 1} {{window.executed = 1}} $$\\href{javascript:window.executed=1}{x}$$",
]
LOOKED_AT = ".il-tile[data-id]:not([data-id='']):visible, .il-shot:visible, .il-card:visible"
EXECUTED = "Boolean(window.executed)"
MAKE = f"""
PROMPTS = {PROMPTS!r}
for prompt in PROMPTS:
    asset = lab.generate(prompt, quality='low')[0]
    asset.caption = prompt; asset.note = prompt
"""
# As a catalog from elsewhere may have them.
KEEP = """
with lab._engine.catalog.writing() as db:
    for number, name in enumerate(PROMPTS):
        db.execute("INSERT OR REPLACE INTO preset VALUES (?, '{}', ?)", (name, number))
"""
VIEWS = {
    "gallery": "lab.gallery()",
    "studio": "studio = lab.studio(); studio.generation_ids = list(range(1, 9)); studio.prompt = asset.prompt; studio",
    "asset": "asset",
    "assets": "lab.search()",
    "generation": "asset.generation",
    "frame": "lab.to_pandas()",
    "lineage": "asset.edit(PROMPTS[0])[0].edit(PROMPTS[1], images=lab.asset(1))[0].lineage()",
    "compare": "lab.compare(1, 2, 3, 4)",
    "mask": "asset.paint_mask()",
    "drawing": "from IPython.display import HTML; HTML(asset.lineage().svg())",
    "sweep": "lab.sweep('{it}', it=PROMPTS[:4], quality=['low', 'medium'], confirm=True)",
    "blind": "lab.search().blind()",
    "presets": f"{KEEP}\nstudio = lab.studio(); studio.prompt = PROMPTS[0]; studio",
    "still with prompts": "il.options.static_preview = 'all'; lab.gallery()",
}


@pytest.fixture(scope="module")
def notebook(open_notebook: Open) -> Notebook:
    made = open_notebook(f"{OPEN}\n{MAKE}", *VIEWS.values())
    made.run(0)
    return made


@pytest.mark.parametrize("cell", range(1, len(VIEWS) + 1), ids=VIEWS)
def test_a_hostile_prompt_executes_nothing(notebook: Notebook, cell: int) -> None:
    notebook.run(cell)
    notebook.page.wait_for_timeout(700)
    for part in notebook.cell(cell).locator(LOOKED_AT).all():
        part.click()

    notebook.page.wait_for_timeout(300)

    assert notebook.page.evaluate(EXECUTED) is False


def test_the_same_prompt_as_markup_does_execute(open_notebook: Open) -> None:
    notebook = open_notebook(f"from IPython.display import HTML; HTML({PROMPTS[0]!r})")

    notebook.run_all()

    notebook.page.wait_for_function(EXECUTED)


def test_dollars_are_not_set_as_mathematics(open_notebook: Open) -> None:
    notebook = open_notebook(
        f"{OPEN}\nprompt = 'a $5 coin and a $10 bill'", "lab.quote(prompt)", "lab.generate(prompt)",
        "lab.models()", "lab.asset(1)", "lab.search()", "lab.gallery()",
    )  # fmt: skip

    notebook.run_all()
    notebook.page.wait_for_timeout(1000)

    shown = " ".join(notebook.cell(cell).inner_text() for cell in range(1, 6))
    assert notebook.page.locator("mjx-container").count() == 0
    assert shown.count("a $5 coin and a $10 bill") >= 2


def test_the_same_dollars_in_plain_html_are(open_notebook: Open) -> None:
    notebook = open_notebook("from IPython.display import HTML; HTML('a $5 coin and a $10 bill')")

    notebook.run_all()

    notebook.page.locator("mjx-container").first.wait_for()
