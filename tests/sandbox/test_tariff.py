from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from imagelab.sandbox.runware_results import price_nano
from imagelab.sandbox.runware_rules import order
from imagelab.sandbox.stand_ins import stand_in
from imagelab.sandbox.tariff import Usage, output_tokens, picture_tokens, text_tokens
from tests.sandbox.runware_tasks import EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_the_documented_examples_cost_what_their_page_says(example: dict[str, Any]) -> None:
    wanted = order(example["request"])
    pictures = [stand_in(address) for address in wanted.references]

    nano = price_nano(wanted, [picture[0] for picture in pictures if picture])

    assert nano / 1e9 == pytest.approx(example["response"]["cost"], rel=0.001)


@pytest.mark.parametrize(
    ("patches", "width", "height", "tokens"),
    [
        ("low", 1024, 1024, 196),
        ("medium", 1024, 1024, 1756),
        ("high", 1024, 1536, 5488),
        ("medium", 2048, 1152, 1413),
        ("high", 2048, 1152, 5650),
    ],
)
def test_the_formula_gives_the_published_counts(
    patches: str, width: int, height: int, tokens: int
) -> None:
    assert output_tokens("2", patches, width, height) == tokens


def test_the_quality_steps_of_2_5_are_twice_those_of_2() -> None:
    shape = (1536, 1024)

    assert output_tokens("2.5", "high", *shape) == output_tokens("2", "medium", *shape)
    assert output_tokens("2.5", "max", *shape) == output_tokens("2", "high", *shape)


def test_each_kind_of_token_has_its_own_price() -> None:
    assert Usage(1_000_000, 0, 0).nano("1.5") == 5 * 10**9
    assert Usage(0, 1_000_000, 0).nano("1.5") == 8 * 10**9
    assert Usage(0, 0, 1_000_000).nano("1.5") == 32 * 10**9
    assert Usage(0, 0, 1_000_000).nano("2") == 30 * 10**9


def test_a_picture_is_scaled_down_and_never_up_before_its_tiles_are_counted() -> None:
    assert picture_tokens(64, 64) == picture_tokens(4096, 4096) == 65 + 129
    assert picture_tokens(1024, 300) == 65 + 2 * 129


def test_high_fidelity_costs_more_for_what_is_not_square() -> None:
    assert picture_tokens(1024, 1024, "high") == 194 + 4096
    assert picture_tokens(1024, 1536, "high") == 323 + 6144


@given(st.text(min_size=1), st.text(min_size=1))
@settings(deadline=None)
def test_more_words_are_more_tokens(first: str, second: str) -> None:
    both = text_tokens(f"{first} {second}")

    assert both == text_tokens(first) + text_tokens(second)
