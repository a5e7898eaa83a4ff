from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import imagelab as il


def test_what_was_told_once_is_known_at_the_next_opening(catalog_path: Path) -> None:
    with il.open(catalog_path, sandbox=True) as lab:
        lab.models(refresh=True)

    with il.open(catalog_path, sandbox=True) as lab:
        assert lab.quote("a fox", model="oxen/gpt-image-1.5").high


def test_another_catalog_knows_nothing_of_it(lab: il.Lab, tmp_path: Path) -> None:
    lab.models(refresh=True)

    with il.open(tmp_path / "other.db", sandbox=True) as other:
        assert other.quote("a fox", model="oxen/gpt-image-1.5").high is None


def test_refreshing_changes_nothing_of_providers_that_tell_nothing(lab: il.Lab) -> None:
    before = [offer for offer in lab.models() if offer.provider != "oxen"]

    with warnings.catch_warnings(action="error"):
        after = lab.models(refresh=True)

    assert [offer for offer in after if offer.provider != "oxen"] == before


def test_a_fact_says_where_and_when_a_price_was_read(lab: il.Lab) -> None:
    offer = next(o for o in lab.models(refresh=True) if o.name == "oxen/gpt-image-2")

    [fact] = [fact for fact in offer.facts if fact.about == "dollars an image"]
    assert fact.source == "https://hub.oxen.ai/api/ai/models/gpt-image-2"
    assert fact.read.isoformat() in offer.prices.basis


def test_a_provider_that_does_not_answer_is_one_sentence_and_its_offers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OXEN_BASE_URL", "http://127.0.0.1:9/api")
    monkeypatch.setattr("imagelab.providers.retry.Patience.wait", lambda *_: None)
    with il.open(tmp_path / "real.db", sandbox=False, keys={"oxen": "ox-0123456789"}) as lab:
        before = list(lab.models())

        with pytest.warns(UserWarning, match=r"^oxen did not tell its models, and its offers stay"):
            after = lab.models(refresh=True)

        assert list(after) == before


def test_a_provider_without_a_key_is_not_asked(tmp_path: Path) -> None:
    with (
        il.open(tmp_path / "real.db", sandbox=False) as lab,
        warnings.catch_warnings(action="error"),
    ):
        assert lab.models(refresh=True)
