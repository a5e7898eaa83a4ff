from __future__ import annotations

import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagelab.errors import UnknownModelError
from imagelab.providers import registry
from imagelab.providers.registry import offers, provider_named, providers

GOOD = """
class Plug:
    name = title = {name!r}
    key_variable, base_variable, base_url = "PLUG_KEY", "PLUG_URL", "https://plug.example"
    offers = {offers}
    generate = resume = cancel = find = verdict = print
PROVIDER = Plug()
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    providers.cache_clear()
    yield
    providers.cache_clear()


def test_the_built_in_providers_are_there_without_an_installation() -> None:
    assert list(providers())[:5] == ["openai", "runware", "cloudflare", "apiframe", "oxen"]
    assert [name for name, provider in providers().items() if provider.name != name] == []


def test_the_built_in_doors_are_those_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

    declared = project["project"]["entry-points"][registry.GROUP]

    assert declared == registry._BUILT_IN


def test_every_offer_of_every_provider_is_listed() -> None:
    names = [offer.name for offer in offers()]

    assert {"openai/gpt-image-2", "runware/gpt-image-1.5", "cloudflare/gpt-image-2"} <= set(names)


def test_a_plug_in_comes_through_the_same_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, "plug_good", GOOD.format(name="plug_good", offers=()))

    assert provider_named("plug_good").base_url == "https://plug.example"


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("plug_raises", "1 / 0", "ZeroDivisionError"),
        ("plug_empty", "", "AttributeError"),
        ("plug_bare", "PROVIDER = 7", "it has no 'name', 'title'"),
        ("plug_other", GOOD.format(name="openai", offers=()), "it calls itself 'openai'"),
        ("plug_number", GOOD.format(name=7, offers=()), "'name', 'title' must be text"),
        ("plug_odd", GOOD.format(name="plug_odd", offers=(7,)), "7 is not an offer of it"),
    ],
)
def test_a_broken_plug_in_is_a_warning_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, source: str, said: str
) -> None:
    _install(tmp_path, monkeypatch, module, source)

    with pytest.warns(
        RuntimeWarning, match=f"plug-in '{module}' of {module} is left out: .*{said}"
    ):
        known = providers()

    assert module not in known
    assert "openai" in known


def test_a_plug_in_cannot_take_the_name_of_a_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(
        tmp_path, monkeypatch, "plug_thief", GOOD.format(name="openai", offers=()), door="openai"
    )

    with pytest.warns(RuntimeWarning, match="the name 'openai' is taken"):
        known = providers()

    assert known["openai"].title == "OpenAI"


def test_providers_are_loaded_once() -> None:
    with warnings.catch_warnings():
        assert providers() is providers()


def test_an_unknown_provider_says_what_there_is() -> None:
    with pytest.raises(UnknownModelError, match=r"'openai', 'runware'.*Did you mean 'runware'\?"):
        provider_named("runwear")


def _install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, source: str, door: str = ""
) -> None:
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    line = f"{door or module} = {module}:PROVIDER"
    (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{line}\n")
    monkeypatch.syspath_prepend(folder)
