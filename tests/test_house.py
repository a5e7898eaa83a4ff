from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import imagelab
from imagelab import errors

ROOT = Path(imagelab.__file__).parent
TESTS = Path(__file__).parent

# A module may import from its own folder and from any layer below. Names on one line are
# siblings: they do not import each other.
LAYERS = (
    ("errors", "clock", "killpoints"),
    ("domain",),
    ("imaging",),
    ("providers", "sandbox", "catalog", "export", "widgets"),
    ("handles",),
    ("jobs",),
    ("lab",),
    ("jupyter", "cli"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")

# The only reaches that are not at the top of a file: each is heavy, and not always needed.
LAZY = {
    "catalog/arrow_child.py": {
        "adbc_driver_manager",
        "adbc_driver_sqlite",
        "numpy",
        "pyarrow",
    },
    "catalog/arrow_rows.py": {"pyarrow"},
    "catalog/catalog.py": {"sqlite_utils"},
    "export/arrow.py": {"numpy", "pyarrow"},
    "export/frame.py": {
        "imagelab.export.picture_frame",
        "imagelab.export.series",
        "pandas",
    },
    "export/parquet.py": {"pyarrow", "pyarrow.parquet"},
    "export/read_parquet.py": {"pyarrow", "pyarrow.parquet"},
    "jupyter/extension.py": {"imagelab.jupyter.reading_room"},  # a server starts without it
    "lab/accounts.py": {"imagelab.sandbox.transport"},  # and with it five vendors and a painter
    "lab/bucket.py": {"obstore"},
    "lab/shelf.py": {"imagelab.lab.views"},  # and with it ipywidgets and anywidget
}
# Named for type checkers alone: pandas is heavy, and assets and generations lead to each other.
NAMED_FOR_TYPES = {
    "export/frame.py": {"pandas"},
    "handles/asset.py": {"imagelab.handles.generation"},
    "handles/asset_facts.py": {"imagelab.handles.generation"},
    "handles/kinship.py": {
        "imagelab.handles.asset",
        "imagelab.handles.assets",
        "imagelab.widgets.compare",
        "imagelab.widgets.lineage",
        "imagelab.widgets.mask",
        "pandas",
    },
    "handles/lineage.py": {
        "imagelab.handles.asset",
        "imagelab.handles.assets",
        "imagelab.widgets.lineage",
        "pandas",
    },
    "handles/relatives.py": {"imagelab.handles.assets", "imagelab.widgets.mask"},
    "handles/assets.py": {"imagelab.widgets.blind", "imagelab.widgets.gallery", "pandas"},
    "handles/backing.py": {
        "imagelab.handles.assets",
        "imagelab.handles.generation",
        "imagelab.widgets.blind",
        "imagelab.widgets.gallery",
        "pandas",
    },
    "handles/batch.py": {"pandas"},
    "handles/sweep.py": {"imagelab.widgets.blind", "imagelab.widgets.sweep", "pandas"},
    "handles/sweep_frame.py": {"pandas"},
    "handles/sweep_lab.py": {"imagelab.widgets.sweep"},
    "lab/accounts.py": {"imagelab.sandbox.transport"},
    "lab/blind_views.py": {"pandas"},
    "lab/kinship.py": {
        "imagelab.lab.family_views",
        "imagelab.widgets.compare",
        "imagelab.widgets.lineage",
        "imagelab.widgets.mask",
        "pandas",
    },
    "lab/lab.py": {"pandas"},
    "lab/looking.py": {
        "imagelab.widgets.compare",
        "imagelab.widgets.gallery",
        "imagelab.widgets.studio",
        "pandas",
    },
    "lab/shelf.py": {
        "imagelab.lab.views",
        "imagelab.widgets.blind",
        "imagelab.widgets.gallery",
        "imagelab.widgets.studio",
        "pandas",
    },
    "lab/sweep_sending.py": {"imagelab.lab.sweep_views", "imagelab.widgets.sweep"},
    "lab/sweeping.py": {"imagelab.lab.sweep_views"},
    "lab/together.py": {"pandas"},
}
HEAVY = ("pandas", "numpy", "ipywidgets", "anywidget", "sqlite_utils", "httpx", "IPython")
FORBIDDEN = (
    "innerHTML",
    "nest_asyncio",
    "follow_redirects=True",
    "verify=False",
    "executescript",
    "immutable=1",
    "BEGIN DEFERRED",
    "journal_mode=WAL",
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.ImportFrom(module=str(name)):
                names.add(name)
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
    return names


def inner(tree: ast.Module) -> Iterator[ast.AST]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, functions):
            yield from (child for child in ast.walk(node) if child is not node)


def for_types(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from ast.walk(node)


def upward(path: Path) -> set[str]:
    here = path.relative_to(ROOT).with_suffix("").parts[0]
    names = [name.split(".") for name in imports(ast.walk(parsed(path)))]
    ours = [parts[1] for parts in names if parts[0] == "imagelab" and len(parts) > 1]
    return {there for there in ours if there != here and LEVEL[there] >= LEVEL[here]}


def begins_with_a_sentence(path: Path) -> bool:
    told = (ast.get_docstring(parsed(path)) or "").split("\n")[0]
    return told.endswith((".", ":")) or not path.read_text()


def offenders(what: Callable[[Path], object]) -> dict[str, object]:
    """By module what is wrong with it; all of them at once, and a module without fault is not in."""
    found = {named(path): what(path) for path in MODULES}
    return {name: wrong for name, wrong in found.items() if wrong}


def test_imports_run_downward() -> None:
    assert offenders(upward) == {}


def test_what_is_needed_is_imported_at_the_top() -> None:
    assert offenders(lambda path: imports(inner(parsed(path))) - LAZY.get(named(path), set())) == {}


def test_nothing_is_imported_for_types_alone_but_what_is_listed() -> None:
    def unlisted(path: Path) -> set[str]:
        return imports(for_types(parsed(path))) - NAMED_FOR_TYPES.get(named(path), set())

    assert offenders(unlisted) == {}


def test_no_file_outgrows_one_idea() -> None:
    assert offenders(lambda path: len(path.read_text().splitlines()) > 300) == {}


def test_every_module_begins_with_a_sentence() -> None:
    assert offenders(lambda path: not begins_with_a_sentence(path)) == {}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_ways_that_lose_rows_or_keys_are_not_taken(word: str) -> None:
    assert [named(path) for path in MODULES if word in path.read_text()] == []


def test_a_frozen_record_with_slots_is_made_by_frozen_alone() -> None:
    made = "dataclass(frozen=True, slots=True)"

    assert [named(path) for path in MODULES if made in path.read_text()] == []


def test_folders_are_one_deep_and_none_is_a_drawer() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py")}

    assert folders - {"."} <= set(LEVEL)
    assert not [path for path in MODULES if re.search(r"utils|helpers|misc", path.stem)]


def test_importing_imagelab_loads_nothing_heavy() -> None:
    script = "import imagelab, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert [name for name in HEAVY if name in loaded] == []


def test_opening_a_lab_that_is_there_loads_neither_pandas_nor_sqlite_utils(tmp_path: Path) -> None:
    imagelab.open(tmp_path / "a.db", sandbox=True).close()
    script = f"import imagelab, sys; imagelab.open({str(tmp_path / 'a.db')!r}); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert [name for name in ("pandas", "sqlite_utils", "ipywidgets") if name in loaded] == []


def test_every_public_name_is_there() -> None:
    assert [name for name in imagelab.__all__ if not hasattr(imagelab, name)] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'generat'"):
        _ = imagelab.generat


KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ImagelabError)
}


def drawn() -> list[tuple[int, str]]:
    lines = re.findall(r"^    ([│├└─ ]*)(\w+Error)\b", errors.__doc__ or "", flags=re.MULTILINE)
    return [(len(rails) // 4, name) for rails, name in lines]


def test_the_tree_in_the_docstring_names_every_error_once() -> None:
    assert sorted(name for _, name in drawn()) == sorted(KINDS)


def test_the_tree_in_the_docstring_is_the_real_one() -> None:
    above: dict[int, str] = {}
    for depth, name in drawn():
        above[depth] = name
        if depth:
            assert KINDS[above[depth - 1]] in KINDS[name].__bases__, name


def bare(path: Path) -> list[int]:
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    raising = [call for call in calls if ast.unparse(call.func) == "pytest.raises"]
    return [call.lineno for call in raising if "match" not in {k.arg for k in call.keywords}]


def test_every_expected_error_is_known_by_its_words() -> None:
    lines = {str(path.relative_to(TESTS)): bare(path) for path in TESTS.rglob("test_*.py")}

    assert {name: found for name, found in lines.items() if found} == {}
