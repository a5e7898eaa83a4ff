from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import imagelab as il
from imagelab.domain.offer import Offer
from imagelab.errors import DownloadError, OutcomeUnknownError, ProviderError, RefusedError
from imagelab.providers.apiframe import PROVIDER as APIFRAME
from imagelab.providers.cloudflare import PROVIDER as CLOUDFLARE
from imagelab.providers.openai import PROVIDER as OPENAI
from imagelab.providers.registry import offers
from imagelab.providers.runware import PROVIDER as RUNWARE
from imagelab.sandbox.book import Book

Png = Callable[..., bytes]
RUNWARE_MODEL = "runware/gpt-image-1.5"
PRICED = [offer for offer in offers() if offer.prices.known]


def billed(catalog_path: Path) -> Decimal:
    """What the vendors say they charged, in dollars or credits."""
    return Decimal(sum(c.nano for c in Book(catalog_path.with_name("sandbox.book")).bill())) / 10**9


def spent(lab: il.Lab) -> Decimal:
    return Decimal(lab.spend()["usd"].sum())


@pytest.mark.parametrize("offer", PRICED, ids=lambda offer: offer.name)
def test_the_vendors_bill_lies_within_the_quote(
    lab: il.Lab, catalog_path: Path, offer: Offer
) -> None:
    g = lab.generate("a paper boat", model=offer.name, quality="low", size="square", n=2)

    bill, quote = billed(catalog_path), g.quote
    assert quote.low
    assert quote.high
    assert quote.low.amount <= bill <= quote.high.amount
    assert g.cost
    assert g.cost.amount == bill


@pytest.mark.parametrize("offer", PRICED, ids=lambda offer: offer.name)
def test_the_bill_of_an_edit_lies_within_its_quote_and_near_the_likely(
    lab: il.Lab, catalog_path: Path, offer: Offer, png: Png
) -> None:
    g = lab.generate("a hat", model=offer.name, quality="low", size="square", images=png())

    bill, quote = billed(catalog_path), g.quote
    assert quote.low
    assert quote.likely
    assert quote.high
    assert quote.low.amount <= bill <= quote.high.amount
    assert abs(quote.likely.amount - bill) < bill / 10


@pytest.mark.parametrize(
    "provider", [OPENAI, RUNWARE, CLOUDFLARE, APIFRAME], ids=lambda provider: provider.name
)
def test_the_sandbox_is_no_mirror(
    lab: il.Lab, catalog_path: Path, monkeypatch: pytest.MonkeyPatch, provider: Any
) -> None:
    offer = next(o for o in provider.offers if o.default)
    dear = replace(
        offer.prices,
        images={cell: 3 * price for cell, price in offer.prices.images.items()},
        image_out=3 * offer.prices.image_out,
    )
    monkeypatch.setattr(provider, "offers", (replace(offer, prices=dear),))

    g = lab.generate("a fox", model=offer.name, quality="low", size="square")

    assert g.quote.low
    assert billed(catalog_path) < g.quote.low.amount


def test_the_ledger_is_the_vendors_bill_over_a_random_run(lab: il.Lab, catalog_path: Path) -> None:
    chance = random.Random(20271)
    under_way = [
        lab.submit(
            f"a fox, number {number}",
            model=chance.choice([RUNWARE_MODEL, "openai/gpt-image-1-mini", "openai/gpt-image-2"]),
            n=chance.randint(1, 12),
            quality="low",
        )
        for number in range(4)
    ]

    il.wait(under_way)

    costs = [g.cost for g in under_way]
    assert spent(lab) == billed(catalog_path)
    assert sum(c.amount for c in costs if c) == billed(catalog_path)
    assert sum(a.cost.amount for g in under_way for a in g if a.cost) == billed(catalog_path)


def test_more_images_than_a_call_takes_are_several_calls_with_places_of_their_own(
    lab: il.Lab, catalog_path: Path
) -> None:
    g = lab.generate("a fox", quality="low", n=12)

    calls = lab.sql('SELECT position, n, uuid, "key" FROM call ORDER BY position')
    assert list(zip(calls["position"], calls["n"], strict=True)) == [(0, 10), (10, 2)]
    assert calls["uuid"].nunique() == calls["key"].nunique() == 2
    assert sorted(lab.sql("SELECT position FROM assets")["position"]) == list(range(12))
    assert len(g) == 12
    assert len(Book(catalog_path.with_name("sandbox.book")).bill()) == 2


def test_one_price_for_a_call_is_split_and_the_remainder_is_the_firsts(lab: il.Lab) -> None:
    g = lab.generate("a fox", quality="low", n=3)

    nano = [asset.cost.nano for asset in sorted(g, key=lambda a: a.id) if asset.cost]
    assert g.cost
    assert sum(nano) == g.cost.nano
    assert len(set(nano[1:])) == 1
    assert {asset.cost.source for asset in g if asset.cost} == {"computed"}


def test_a_vendors_price_for_each_image_is_kept_as_it_is(lab: il.Lab, catalog_path: Path) -> None:
    g = lab.generate("a fox", model=RUNWARE_MODEL, quality="low", n=2)

    assert {asset.cost.source for asset in g if asset.cost} == {"reported"}
    assert sum(a.cost.amount for a in g if a.cost) == billed(catalog_path)


def test_what_was_refused_free_costs_nothing(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(RefusedError, match="openai:"):
            lab.generate("a fox", quality="low")

        assert lab.spend().empty
        assert lab.generation(1).cost == il.Cost(Decimal(0))


def test_an_image_that_was_billed_and_did_not_arrive_is_a_line_without_an_asset(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "expired:3")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.warns(UserWarning, match="is partial: 1 of 2 images"):
            g = lab.generate("a fox", model=RUNWARE_MODEL, quality="low", n=2)

        row = lab.spend().iloc[0]
        assert g.cost
        assert g.cost.amount == row["usd"] == billed(catalog_path)
        assert (row["images"], row["billed_no_image"], row["unknown"]) == (1, 1, 0)


def test_a_call_that_was_billed_and_gave_no_image_is_in_the_spend(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "expired:9")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(DownloadError, match="address does not give it"):
            lab.generate("a fox", model=RUNWARE_MODEL, quality="low")

        row = lab.spend().iloc[0]
        assert row["usd"] == billed(catalog_path) > 0
        assert (row["images"], row["billed_no_image"]) == (0, 1)


def test_an_unknown_outcome_is_never_nothing(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "reset_after_charge")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(OutcomeUnknownError, match="openai"):
            lab.generate("a fox", quality="low")

        g, row = lab.generation(1), lab.spend().iloc[0]
        assert (g.status, g.cost) == ("unknown", None)
        assert g.quote.high
        assert (row["unknown"], row["usd"]) == (1, 0)
        assert row["unknown_at_most"] == g.quote.high.amount >= billed(catalog_path) > 0
        assert lab.budget().spent == g.quote.high.amount


def test_rejected_images_stay_in_the_spend(lab: il.Lab, catalog_path: Path) -> None:
    lab.generate("a fox", quality="low")[0].reject()

    assert lab.to_pandas().empty
    assert spent(lab) == billed(catalog_path)


def test_the_quotes_in_the_spend_add_up_exactly(lab: il.Lab) -> None:
    made = [lab.generate("a fox", quality="low", n=n) for n in (3, 7)]

    quoted = sum(g.quote.likely.amount for g in made if g.quote.likely)
    assert lab.spend()["quoted"].sum() == quoted
    assert lab.spend("day")["quoted"].sum() == quoted


@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("provider", ["openai", "runware"]),
        ("model", ["openai/gpt-image-2", RUNWARE_MODEL]),
        ("quality", ["low", "medium"]),
        ("generation", [1, 2]),
        ("notebook", [""]),
    ],
)
def test_spending_is_added_up_by_what_one_asks(
    lab: il.Lab, catalog_path: Path, by: str, values: list[object]
) -> None:
    lab.generate("a fox", quality="low")
    lab.generate("a fox", model=RUNWARE_MODEL, quality="medium")

    frame = lab.spend(by)

    assert list(frame[by]) == values
    assert frame["usd"].sum() == billed(catalog_path)
    assert (frame["reported"] + frame["computed"] + frame["estimated"] == frame["usd"]).all()


@pytest.mark.parametrize("by", ["colour", ["provider"], None])
def test_spending_by_anything_else_says_what_there_is(lab: il.Lab, by: str) -> None:
    with pytest.raises(il.errors.RequestError, match=r"spend\(by=.* is not one of provider, model"):
        lab.spend(by)


def test_above_a_dollar_one_line_a_lab_suggests_a_budget_where_none_is_set(
    lab: il.Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        lab.generate("a fox", quality="high", n=8)
    advice = capsys.readouterr().out.splitlines()
    lab.budget(total=20)
    lab.generate("an owl", quality="high", n=8)

    dear = [line for line in advice if "no budget is set; lab.budget(total=20) would hold" in line]
    assert len(dear) == 1
    assert "may cost up to $" in dear[0]
    assert "no budget" not in capsys.readouterr().out


def test_a_budget_counts_what_is_spent_and_can_be_lifted(lab: il.Lab, catalog_path: Path) -> None:
    lab.budget(total=0.02)
    lab.generate("a fox", quality="low", size="square")
    lab.generate("a fox", quality="low", size="square")
    lab.generate("a fox", quality="low", size="square")

    with pytest.raises(il.errors.BudgetError, match=r"of the budget's \$0.02 is left"):
        lab.generate("a fox", quality="low", size="square")
    assert lab.budget().spent == billed(catalog_path)
    assert lab.budget(total=il.NO_LIMIT).total is None
    assert lab.generate("a fox", quality="low", size="square").cost


def test_a_rate_for_a_provider_that_is_none_is_refused_and_one_that_is_gone_is_lifted(
    lab: il.Lab,
) -> None:
    with pytest.raises(
        il.errors.UnknownModelError, match=r"no provider 'apifram'.*Did you mean 'apiframe'"
    ):
        lab.budget(credits={"apifram": 0.01})

    lab.budget(credits={"apifram": il.NO_LIMIT})


def test_a_failure_says_whether_it_cost_anything(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "quota")
    with il.open(catalog_path, sandbox=True) as lab:
        with pytest.raises(ProviderError, match="openai:") as caught:
            lab.generate("a fox", quality="low")

        assert caught.value.charged == "no"
        assert caught.value.generation == lab.generation(1)
