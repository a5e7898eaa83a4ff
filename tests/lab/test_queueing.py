from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.errors import RequestError


def act(lab: il.Lab, name: str, **given: Any) -> dict[str, Any]:
    """What a studio's page is told when it asks for something to be done."""
    return dict(lab.studio().board.channel._act(name, given))


def asked(lab: il.Lab, name: str, **given: Any) -> dict[str, Any]:
    packed = lab.studio().board.channel._answer(name, given).packed()
    told: dict[str, Any] = json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])
    return told


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Lab]:
    """A lab whose requests meet too many others."""
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "rate_limit:99")
    with il.open(tmp_path / "crowded.db", sandbox=True) as opened:
        with pytest.raises(il.errors.RateLimitError, match="too many requests"):
            opened.generate("A fox", quality="low")
        yield opened


def test_what_was_sent_is_said_to_be_billed_perhaps(lab: il.Lab) -> None:
    g = lab.submit("A fox", quality="low")
    told = act(lab, "cancel", generation=g.id)
    g.wait()

    over = act(lab, "cancel", generation=g.id)

    assert told["free"] == ("nothing is charged" in told["said"])
    assert over == {"free": False, "said": f"g{g.id} had ended before: {g.status}"}


@pytest.mark.parametrize("number", [None, True, "1"])
def test_what_is_no_generation_is_not_cancelled(lab: il.Lab, number: object) -> None:
    with pytest.raises(RequestError, match="is not the number of a generation"):
        act(lab, "cancel", generation=number)


def test_what_failed_by_chance_is_sent_again_at_its_price(crowded: il.Lab) -> None:
    quoted = asked(crowded, "price", how="again", generation=1)

    sent = act(crowded, "remake", how="again", generation=1, price=quoted["price"])

    assert quoted["label"].startswith("≈ $0.0")
    assert crowded.generation(sent["generation"]).prompt == "A fox"


def test_what_succeeded_is_not_sent_again(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")

    told = asked(lab, "price", how="again", generation=1)

    assert "sending it again would not help" in told["refused"]


def test_what_is_under_way_elsewhere_is_not_told(lab: il.Lab) -> None:
    lab.generate("A fox", quality="low")

    assert asked(lab, "underway", ids=[1, 99]) == {"jobs": []}
