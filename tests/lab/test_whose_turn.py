from __future__ import annotations

from pathlib import Path

import pytest

import imagelab as il
from imagelab import errors
from imagelab.sandbox.book import Book

VENDORS = ("openai", "runware", "cloudflare", "apiframe", "oxen")
TURNS = {
    "auth": errors.AuthError,
    "quota": errors.QuotaError,
    "moderation": errors.RefusedError,
    "model_gone": errors.ModelGoneError,
    "rate_limit:20": errors.RateLimitError,
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("fault", TURNS)
def test_an_error_says_whose_turn_it_is_and_bills_nothing(
    lab: il.Lab, catalog_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, fault: str
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", fault)

    with pytest.raises(errors.ProviderError, match=f"^{vendor}: ") as raised:
        lab.generate("a fox", provider=vendor, quality="low")

    assert type(raised.value) is TURNS[fault]
    # Nobody says that a picture which was drawn and then held back is free.
    assert raised.value.charged in (("no", "unknown") if fault == "moderation" else ("no",))
    assert [line for line in Book(catalog_path.with_name("sandbox.book")).bill() if line.nano] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_refused_prompt_is_found_again_with_the_reason(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch, vendor: str
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    with pytest.raises(errors.RefusedError, match="change the prompt or the input images"):
        lab.generate("a red fox", provider=vendor, quality="low")

    asked = "SELECT id, error FROM generations WHERE status = 'failed' AND prompt LIKE '%fox%'"
    [(number, why)] = lab.sql(asked).itertuples(index=False)

    assert "will not make this image" in why
    assert (lab.generation(number).prompt, lab.generation(number).status) == ("a red fox", "failed")
