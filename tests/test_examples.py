"""The examples of the public names, run as they stand: with a lab, two images and their generation."""

from __future__ import annotations

import doctest
import importlib
import inspect
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import imagelab as il
from tests.finished import put_new

ROOT = Path(__file__).parents[1]
# Modules whose examples want a lab; pyproject.toml has pytest's own doctests leave them out.
MODULES = (
    *("lab.lab", "lab.looking", "lab.keeping", "lab.opening", "lab.together", "lab.everywhere"),
    *("lab.identity", "handles.asset", "handles.relatives", "handles.assets", "handles.batch"),
    *("handles.generation", "handles.sweep"),
)
CLASSES = (
    *(il.Lab, il.Asset, il.Assets, il.Batch, il.Generation, il.Sweep),
    *(il.Mask, il.Quote, il.Cost, il.Spend),
)
# Public names without an example of their own, each with the reason.
WITHOUT = {
    "login": "it asks at the keyboard",
    "NO_LIMIT": "a value: the example of Lab.budget() has it",
    "Sweep.wait": "in the example of its class",
    "Sweep.to_pandas": "in the example of its class",
    "Sweep.grid": "a view; at the end of a cell it is shown",
    "Sweep.cancel": "as Batch.cancel()",
    "Quote.code": "as Generation.code()",
}


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [importlib.import_module(f"imagelab.{name}") for name in MODULES]
    return [test for module in modules for test in finder.find(module) if test.examples]


def public() -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(il, name) for name in il.__all__}
    for kind in CLASSES:
        for name in dir(kind):
            thing = inspect.getattr_static(kind, name)
            if not name.startswith("_") and isinstance(
                thing, property | FunctionType | classmethod
            ):
                found[f"{kind.__name__}.{name}"] = thing
    return found


def told(thing: object) -> str:
    return inspect.getdoc(thing) or ""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    here = tmp_path_factory.mktemp("examples")
    put_new(here / "sandbox.db")
    with (
        pytest.MonkeyPatch.context() as patched,
        il.open(here / "sandbox.db", sandbox=True) as lab,
    ):
        patched.chdir(here)
        g = lab.generate("a fox", quality="low")
        night = g[0].edit("at night", quality="low")[0]
        patched.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge:2")
        with il.open(here / "unlucky.db", sandbox=True) as unlucky:
            lost = [unlucky.submit("a hen", quality="low") for _ in range(2)]
            il.wait(lost)
            named = {"lost": lost[0], "lost_too": lost[1], "Decimal": Decimal}
            yield {"il": il, "lab": lab, "g": g, "fox": g[0], "night": night, **named}


@pytest.mark.parametrize("example", examples(), ids=lambda test: test.name)
def test_an_example_runs(
    example: doctest.DocTest, names: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    example.globs |= names

    told = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)

    assert told.failed == 0, capsys.readouterr().out


def test_every_public_name_begins_with_a_sentence() -> None:
    silent = [
        name
        for name, thing in public().items()
        if not told(thing).split("\n\n")[0].rstrip().endswith((".", ":"))
    ]

    assert silent == []


def test_every_public_name_has_an_example_or_a_reason() -> None:
    without = {
        name
        for name, thing in public().items()
        if not isinstance(thing, property) and ">>>" not in told(thing)
    }

    assert without == WITHOUT.keys()


def test_pytest_s_own_doctests_leave_out_what_wants_a_lab() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    files = [f"imagelab/{name.replace('.', '/')}.py" for name in MODULES]

    assert [file for file in files if f"--deselect={file}" not in settings] == []
