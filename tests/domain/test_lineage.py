from __future__ import annotations

from decimal import Decimal

from imagelab.domain.family_outline import outline
from imagelab.domain.lineage import Edge, Family, Kin, verb, walked
from imagelab.domain.money import Spend
from tests.domain.families import chain, family


def test_a_path_is_an_asset_and_all_it_was_made_from() -> None:
    assert family({2: [1], 4: [2, 3], 5: [4]}).path(4) == [4, 2, 3, 1]


def test_a_circle_is_walked_once() -> None:
    circle = family({1: [3], 2: [1], 3: [2]})

    assert circle.path(1) == [1, 3, 2]
    assert walked([2], circle.children) == [2, 3, 1]


def test_an_ancestor_on_two_ways_is_paid_for_once() -> None:
    diamond = family({2: [1], 3: [1], 4: [2, 3]})

    assert diamond.spent(diamond.path(4)) == Spend(usd=Decimal("0.04"))
    assert diamond.cost == Spend(usd=Decimal("0.04"))


def test_an_imported_root_costs_nothing_and_an_unknown_price_is_counted() -> None:
    given = Kin(1, "imported", None, 0, None, None, None)
    unknown = Kin(2, "made", 7, 0, None, None, None)
    other = Kin(3, "made", 8, 0, 9_000_000_000, "credits", "reported")

    assert Family(1, (given, unknown, other), ()).cost == Spend(credits=Decimal(9), unknown=1)


def test_what_was_done_is_a_word() -> None:
    def done(role: str, *, masked: bool = False, others: str = "") -> str:
        edges = [
            Edge(1, 9, role, 1, masked),
            *(Edge(2, 9, other, 1, masked) for other in others.split()),
        ]
        return verb(edges[0], edges)

    assert done("input") == "edit"
    assert done("input", masked=True) == "edit with a mask"
    assert done("reference") == "vary"
    assert done("reference", others="input") == "reference"
    assert done("mask", masked=True) == "mask"
    assert done("reroll") == "regenerate"


def test_a_nested_list_has_every_member_once_under_its_first_parent() -> None:
    found = family({2: [1], 3: [1], 4: [2, 3]})

    entries = outline(found, [1, 2, 3, 4])

    assert [(entry.depth, entry.number) for entry in entries] == [(0, 1), (1, 2), (2, 4), (1, 3)]
    assert entries[2].parents == ((2, "edit"), (3, "reference"))


def test_a_nested_list_of_a_circle_ends() -> None:
    entries = outline(family({1: [3], 2: [1], 3: [2]}), [1, 2, 3])

    assert [(entry.depth, entry.number) for entry in entries] == [(0, 1), (1, 2), (2, 3)]


def test_a_nested_list_of_a_long_chain_needs_no_deep_stack() -> None:
    assert outline(chain(3000), range(1, 3001))[-1].depth == 2999
