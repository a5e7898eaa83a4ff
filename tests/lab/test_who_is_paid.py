from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import imagelab as il
from imagelab.errors import MissingKeyError, RequestError, UnknownModelError, UnsupportedParamError
from imagelab.providers.openai import PROVIDER as OPENAI

KEY = "sk-0123456789abcdef"


def real(tmp_path: Path, *providers: str, model: str | None = None) -> il.Lab:
    keys = dict.fromkeys(providers, KEY)
    return il.open(tmp_path / "real.db", sandbox=False, keys=keys, model=model)


@pytest.mark.parametrize(
    ("named", "offer"),
    [
        ({}, "openai/gpt-image-2"),
        ({"provider": "runware"}, "runware/gpt-image-1.5"),
        ({"provider": "openai"}, "openai/gpt-image-2"),
        ({"provider": "runware", "model": "gpt-image-1.5"}, "runware/gpt-image-1.5"),
        ({"provider": "runware", "model": "openai:4@1"}, "runware/gpt-image-1.5"),
        ({"model": "openai/gpt-image-1.5"}, "openai/gpt-image-1.5"),
        ({"model": "runware/openai:4@1"}, "runware/gpt-image-1.5"),
        ({"model": "gpt-image-1-mini"}, "openai/gpt-image-1-mini"),
        ({"model": "openai:4@1"}, "runware/gpt-image-1.5"),
    ],
)
def test_in_the_sandbox_names_mean_one_offer(
    lab: il.Lab, named: dict[str, str], offer: str
) -> None:
    assert lab.quote("a fox", **named).offer == offer


@pytest.mark.parametrize(
    "dated", ["gpt-image-1.5-2025-12-16", "openai/gpt-image-2-2026-04-21"], ids=["bare", "full"]
)
def test_a_dated_id_is_the_same_offer_under_that_id(lab: il.Lab, dated: str) -> None:
    asked = {"quality": "low", "size": "square"}
    plain = f"openai/{dated.removeprefix('openai/')[:-11]}"

    g = lab.generate("a fox", model=dated, **asked)  # type: ignore[arg-type] # all are words

    assert (f"openai/{g.model}", g.code("curl").count(dated.removeprefix("openai/"))) == (plain, 1)
    assert g.quote.range == lab.quote("a fox", model=plain, **asked).range
    assert g.cost is not None
    with pytest.raises(UnsupportedParamError, match=f"{plain} does not accept quality='hgih'"):
        lab.quote("a fox", model=dated, quality="hgih")


def test_the_labs_own_model_is_used_where_none_is_named(tmp_path: Path) -> None:
    with il.open(tmp_path / "a.db", sandbox=True, model="runware/gpt-image-1.5") as lab:
        assert lab.quote("a fox").offer == "runware/gpt-image-1.5"
        assert lab.quote("a fox", provider="openai").offer == "openai/gpt-image-2"
        assert lab.quote("a fox", model="gpt-image-1-mini").offer == "openai/gpt-image-1-mini"


def test_a_labs_own_model_that_several_have_is_told_when_it_opens(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="is sold by several; add provider="):
        il.open(tmp_path / "a.db", sandbox=True, model="gpt-image-1.5")


def test_a_labs_own_model_without_a_key_opens_all_the_same(tmp_path: Path) -> None:
    with (
        real(tmp_path, model="gpt-image-1.5") as lab,
        pytest.raises(MissingKeyError, match="there is no key for any"),
    ):
        lab.generate("a fox")


def test_one_key_means_that_providers_default(tmp_path: Path) -> None:
    with real(tmp_path, "runware") as lab:
        assert lab.quote("a fox").offer == "runware/gpt-image-1.5"
        assert lab.quote("a fox", model="gpt-image-1.5").offer == "runware/gpt-image-1.5"


def test_a_server_of_ones_own_that_wants_no_key_counts_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    with real(tmp_path) as lab:
        assert lab.quote("a fox").offer == "openai/gpt-image-2"


def test_several_keys_never_choose_silently(tmp_path: Path) -> None:
    with real(tmp_path, "openai", "runware") as lab:
        with pytest.raises(RequestError, match=r"name model= or provider=, one of openai/.*\(\$"):
            lab.quote("a fox")
        with pytest.raises(UnknownModelError, match=r"several; add provider= .*runware/gpt-.*\(\$"):
            lab.quote("a fox", model="gpt-image-1.5")


def test_no_key_lists_what_there_is_with_prices(tmp_path: Path) -> None:
    with (
        real(tmp_path) as lab,
        pytest.raises(MissingKeyError, match=r"there are openai/gpt-image-2 \(\$.* an image\)"),
    ):
        lab.quote("a fox")


def test_a_key_that_cannot_be_one_is_no_key_until_it_is_to_pay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "paste your key")

    with real(tmp_path, "runware") as lab:
        assert lab.quote("a fox").offer == "runware/gpt-image-1.5"
        with pytest.raises(RequestError, match="OPENAI_API_KEY in the environment is not a key"):
            lab.generate("a fox", provider="openai")

    said = capsys.readouterr().out
    assert "openai (what is set cannot be a key)" in said
    assert "paste" not in said


def test_edits_variations_and_regenerations_keep_the_parents_offer(lab: il.Lab) -> None:
    parent = lab.generate("a fox", provider="runware", quality="low")[0]

    made = [parent.edit("at night"), parent.vary(1), parent.regenerate(quality="medium")]

    assert [(g.provider, g.model) for g in made] == [("runware", "gpt-image-1.5")] * 3
    assert made[2].params["quality"] == "medium"


def test_an_edit_goes_elsewhere_when_told(lab: il.Lab) -> None:
    parent = lab.generate("a fox", provider="runware", quality="low")[0]

    elsewhere = parent.edit("at night", model="openai/gpt-image-1-mini", quality="low")

    assert elsewhere.model == "gpt-image-1-mini"
    assert elsewhere.inputs == [parent]


def test_a_regeneration_goes_elsewhere_when_told(lab: il.Lab) -> None:
    parent = lab.generate("a fox", provider="runware", quality="low")[0]

    elsewhere = parent.regenerate(model="openai/gpt-image-1-mini")

    assert (elsewhere.provider, elsewhere.model) == ("openai", "gpt-image-1-mini")
    assert elsewhere.params == {"quality": "low"}


def test_an_edit_takes_more_images_as_a_search_gives_them(lab: il.Lab) -> None:
    first, second = (lab.generate(prompt, quality="low")[0] for prompt in ("a fox", "a hat"))

    edit = first.edit("the fox wears it", images=lab.search("hat"), quality="low")

    assert edit.inputs == [first, second]


def test_an_edit_the_parents_offer_cannot_do_names_those_that_can(lab: il.Lab) -> None:
    parent = lab.generate("a fox", provider="runware", quality="low")[0]

    with pytest.raises(UnsupportedParamError, match=r"^runware/gpt-image-1.5 .*openai/gpt-image-2"):
        parent.edit("at night", moderation="low")


def test_an_edit_of_an_offer_that_is_gone_names_those_that_are_there(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = lab.generate("a fox", model="openai/gpt-image-1-mini", quality="low")[0]
    left = tuple(offer for offer in OPENAI.offers if offer.model != "gpt-image-1-mini")
    monkeypatch.setattr(OPENAI, "offers", left)

    with pytest.raises(UnknownModelError, match="has no model 'gpt-image-1-mini'; it has 'gpt-im"):
        parent.edit("at night")


def test_an_end_of_life_that_has_passed_stops_nothing(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = tuple(replace(o, ends=o.facts[0].read.replace(year=2001)) for o in OPENAI.offers)
    monkeypatch.setattr(OPENAI, "offers", ended)

    assert lab.generate("a fox", quality="low").status == "succeeded"
