"""A key goes to its vendor and into nothing that is kept, logged, raised, shown or exported."""

from __future__ import annotations

import importlib
import json
import logging
import pkgutil
import traceback
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from nbconvert import HTMLExporter
from nbformat import from_dict

import imagelab as il
import imagelab.jobs
import imagelab.lab
import imagelab.providers
from imagelab.errors import ImagelabError
from imagelab.export.formats import NAMES
from imagelab.lab import accounts
from imagelab.providers.wire import Bounds, Wire, open_wire
from tests.attack.street import BASES, ECHO, Street, street
from tests.executing import execute

pytestmark = [pytest.mark.fault, pytest.mark.long]

CANARY = "CANARY-7f3a91c25d8e4b60"
ACCOUNT = "0123456789abcdef0123456789abcdef"
KEYS = {
    "OPENAI_API_KEY": f"sk-{CANARY}",
    "RUNWARE_API_KEY": f"rw-{CANARY}",
    "CLOUDFLARE_API_TOKEN": f"cf-{CANARY}",
    "APIFRAME_API_KEY": f"afk-{CANARY}",
    "OXEN_API_KEY": f"ox-{CANARY}",
}
OFFERS = {
    "openai": "openai/gpt-image-1.5",
    "runware": "runware/gpt-image-1.5",
    "cloudflare": "cloudflare/openai/gpt-image-1.5",
    "apiframe": "apiframe/gpt-image-1.5",
    "oxen": "oxen/gpt-image-1.5",
}
# A success, and what ends a call otherwise: refused, limited, reset, silent, cut, no answer at all.
FATES = (
    *("", ECHO, "auth", "moderation", "quota", "model_gone", "connect", "reset_after_charge"),
    *("stall", "truncated", "html", "null", "nested", "server_error_after_charge", "not_an_image"),
    *("expired", "download_reset"),
)
QUICK = Bounds(read_s=0.5, total_s=5, largest_bytes=50_000_000)


def hurried(**how: Any) -> Wire:
    """The wire of a real lab that waits a hundredth of the time between questions."""
    return replace(open_wire(**how, pace=0.01), pay=QUICK, ask=QUICK, fetch=QUICK)


@pytest.fixture
def vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    with street(tmp_path / "vendors.book") as opened:
        monkeypatch.setattr(accounts, "open_wire", hurried)
        variables = {**opened.bases, **KEYS, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield opened


def everything_of(error: BaseException) -> str:
    """An error as the most talkative of consoles shows it: the locals of every frame as well."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format()) + repr(error) + repr(vars(error))


def asked(lab: il.Lab, offer: str) -> tuple[str, list[str]]:
    """How a call ended, and all that it leaves to be seen."""
    shown: list[str] = []
    try:
        lab.generate("a fox", model=offer)
    except ImagelabError as error:
        shown.append(everything_of(error))
    g = lab.generation(int(str(lab.sql("SELECT max(id) AS id FROM generation")["id"][0])))
    shown += [repr(g), str(g._repr_mimebundle_()), repr(g.error), repr(vars(g)), str(g.params)]
    return g.status, shown + [g.code(style) for style in ("imagelab", "python", "curl")]


def looked_at(lab: il.Lab, provider: str) -> list[str]:
    """What can be seen of a lab and of its insides."""
    engine, offer = lab._engine, OFFERS[provider]
    insides = [
        engine,
        vars(engine.accounts),
        engine.accounts.account(provider),
        vars(engine.runner),
    ]
    views = [lab.models(), il.whoami(), lab.quote("a fox", model=offer), lab.pending()]
    return [*map(repr, [lab, *insides, *views]), lab.spend().to_csv(), lab.to_pandas().to_csv()]


def exported(lab: il.Lab, folder: Path) -> None:
    """In every format, and as a backup."""
    for name in NAMES:
        lab.export(folder / name / ("x.db" if name == "catalog" else "x"), format=name)
    lab.backup(folder / "backup.db")


def holds_it(files: Path) -> list[str]:
    """The files with the key in them; of a staged reply all but the first line is the vendor's own."""
    found = {p: p.read_bytes() for p in files.rglob("*") if p.is_file()}
    ours = {p: d.partition(b"\n")[0] if p.suffix == ".reply" else d for p, d in found.items()}
    return [str(path) for path, data in ours.items() if CANARY.encode() in data]


@pytest.mark.parametrize("provider", OFFERS)
def test_a_key_is_in_nothing_that_a_lab_leaves_behind(
    vendors: Street,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    provider: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    ended: dict[str, str] = {}
    with il.open(tmp_path / "kept" / "real.db", sandbox=False) as lab:
        for fate in FATES:
            vendors.strike(fate)
            ended[fate], left = asked(lab, OFFERS[provider])
            shown += left
        shown += looked_at(lab, provider)
        exported(lab, tmp_path / "kept" / "out")

    assert ended[""] == "succeeded", ended
    assert {"failed", "unknown"} & {*ended.values()}, ended
    assert [text for text in shown if CANARY in text] == []
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    assert holds_it(tmp_path / "kept") == []
    assert [headers for *_, headers in vendors.heard if CANARY in str(headers)]


@pytest.mark.parametrize("provider", OFFERS)
def test_a_key_is_sent_to_the_api_and_to_no_address_that_it_names(
    vendors: Street, tmp_path: Path, provider: str
) -> None:
    with il.open(tmp_path / "real.db", sandbox=False) as lab:
        lab.generate("a fox", model=OFFERS[provider])

    told = {path for _, path, headers in vendors.heard if CANARY in str(headers)}
    api = tuple(f"/{base}" for base in BASES.values())
    assert told
    assert [path for path in told if not path.startswith(api) or "/file/" in path] == []


def test_nothing_that_holds_a_key_shows_it() -> None:
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}")
        for package in (imagelab.providers, imagelab.jobs, imagelab.lab)
        for found in pkgutil.iter_modules(package.__path__)
    ]
    kinds = {
        k
        for m in modules
        for k in vars(m).values()
        if isinstance(k, type)
        and is_dataclass(k)
        and not k.__module__.startswith("imagelab.domain")  # there a key is the name of a call
    }
    holders = {kind: field.repr for kind in kinds for field in fields(kind) if field.name == "key"}

    assert len(holders) >= 4
    assert set(holders.values()) == {False}


# The most talkative traceback IPython has, and every view of a lab whose key is in the environment.
CELLS = (
    "%xmode Verbose\nimport imagelab as il\nlab = il.open('kept.db', sandbox=False)\nlab",
    "g = lab.generate('a fox', model='openai/gpt-image-1.5'); g",
    "lab.gallery()",
    "lab.studio()",
    "g[0].lineage()",
    "lab.compare(*lab.search().ids, *lab.generate('a koi', model='runware/gpt-image-1.5'))",
    "lab.models(), il.whoami(), lab.quote('a fox', model='oxen/gpt-image-1.5')",
    "lab.generate('a fox', model='openai/gpt-image-1.5', quality='no')",
    "lab.generate('a hen', model='cloudflare/openai/gpt-image-1.5', images='https://10.0.0.1/x')",
)


def test_a_key_is_in_no_saved_notebook_with_its_widgets_and_tracebacks(
    vendors: Street, tmp_path: Path
) -> None:
    del vendors
    folder = tmp_path / "book"
    folder.mkdir()

    book = execute(CELLS, folder, errors=True)
    told, states = json.dumps(book), book["metadata"]["widgets"]
    (folder / "book.ipynb").write_text(told)
    page, _ = HTMLExporter().from_notebook_node(from_dict(book))  # type: ignore[no-untyped-call] # nbformat and nbconvert ship no types
    (folder / "book.html").write_text(page)

    assert told.count('"output_type": "error"') >= 2
    assert len(states["application/vnd.jupyter.widget-state+json"]["state"]) > 20
    assert holds_it(folder) == []
