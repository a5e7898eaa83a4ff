from __future__ import annotations

import pytest

import imagelab as il
from imagelab.providers.openai import PROVIDER


def test_the_sandbox_refuses_a_provider_it_does_not_play(
    lab: il.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(PROVIDER), "base_url", "https://api.acme.example/v1")

    with pytest.raises(
        il.errors.RequestError, match=r"does not play openai, which .*; it plays 'runware'"
    ):
        lab.generate("A fox", provider="openai")
