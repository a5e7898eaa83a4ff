from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import imagelab as il
from imagelab.errors import AssetNotFoundError, GenerationNotFoundError, QueryError, RequestError

Png = Callable[..., bytes]


@contextmanager
def silent() -> Iterator[None]:
    with redirect_stdout(io.StringIO()):
        yield


def fingerprints(lab: il.Lab) -> list[str]:
    return lab.sql("SELECT fingerprint FROM generation ORDER BY id")["fingerprint"].tolist()


def test_the_models_are_every_offer_with_where_it_was_read(lab: il.Lab) -> None:
    models = lab.models()

    assert len(models) == len({offer.name for offer in models}) == 12
    assert all(offer.links and offer.facts for offer in models)
    assert models[0].name == "openai/gpt-image-2"


def test_the_models_are_a_table_when_shown(lab: il.Lab) -> None:
    text, html = (lab.models()._repr_mimebundle_()[kind] for kind in ("text/plain", "text/html"))

    assert len(text.splitlines()) == 13
    assert "openai:4@1" in text
    assert "2026-12-01" in text
    assert html.count("<tr>") == 13
    assert "runware/gpt-image-1.5\nopenai:4@1<" in html


def test_a_quote_says_the_price_of_the_whole_call(lab: il.Lab) -> None:
    one, twelve = (lab.quote("a fox", quality="low", size="square", n=n) for n in (1, 12))

    assert one.likely
    assert twelve.likely
    assert one.low
    assert one.high
    assert one.low.amount <= one.likely.amount <= one.high.amount
    assert twelve.likely.amount > 11 * one.likely.amount
    assert one.likely.source == "estimated"
    assert "read 2026-11-20" in one.basis
    assert str(one).startswith("1 image at openai/gpt-image-2: ≈ $0.00")


def test_a_quote_sends_and_keeps_nothing(lab: il.Lab, catalog_path: Path, png: Png) -> None:
    lab.quote("a fox", images=png(), n=3)

    assert lab.sql("SELECT * FROM generations").empty
    assert len(lab.search("is:imported")) == 0
    assert not catalog_path.with_name("sandbox.book").exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"n": 2, "size": "portrait", "quality": "low"},
        {"model": "runware/gpt-image-1.5", "format": "webp", "compression": 90},
        {"background": "transparent", "tags": ["a", "it's"]},
        {"extra": {"user": "it's"}},
        {"size": "1536x864", "moderation": "low"},
    ],
)
def test_the_line_of_imagelab_asks_for_the_same(lab: il.Lab, given: dict[str, Any]) -> None:
    line = lab.quote('a "fox" isn\'t\na cat', **given).code()
    lab.generate('a "fox" isn\'t\na cat', **given)

    with silent():
        eval(lab.generation(1).code(), {"lab": lab})  # noqa: S307 - it is the code that is tested
        eval(line, {"lab": lab})  # noqa: S307 - the same

    assert len(fingerprints(lab)) == 3
    assert len(set(fingerprints(lab))) == 1


def test_the_line_of_an_edit_names_its_inputs_by_uuid(lab: il.Lab) -> None:
    first = lab.generate("a fox", quality="low")[0]
    edit = first.edit("at night", quality="low")

    line = edit.code()
    with silent():
        eval(line, {"lab": lab})  # noqa: S307 - it is the code that is tested

    assert f"images=[lab.asset(uuid={first.uuid!r})]" in line
    assert fingerprints(lab)[1] == fingerprints(lab)[2]


def test_the_line_of_a_quote_over_bytes_names_files_by_their_hash(
    lab: il.Lab, png: Png, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hole = Image.new("RGBA", (64, 48))
    line = lab.quote("a hat", images=png(), mask=hole, quality="low").code()
    edit = lab.generate("a hat", images=png(), mask=hole, quality="low")
    monkeypatch.chdir(tmp_path)
    names = [word for word in line.split("'") if word.endswith(".png")]
    Path(names[0]).write_bytes(png())
    hole.save(names[1])

    with silent():
        eval(line, {"lab": lab})  # noqa: S307 - it is the code that is tested

    assert names[0].startswith(edit.inputs[0].sha256[:12])
    assert fingerprints(lab)[0] == fingerprints(lab)[1]


@pytest.mark.parametrize("style", ["python", "curl"])
def test_other_code_names_the_variable_and_no_key(lab: il.Lab, style: str) -> None:
    g = lab.generate("a fox", quality="low")

    code = g.code(style)

    assert code == g[0].code(style) == lab.quote("a fox", quality="low").code(style)
    assert "OPENAI_API_KEY" in code
    assert "https://api.openai.com/v1/images/generations" in code
    assert "sandbox" not in code


@pytest.mark.parametrize("style", ["java", None])
def test_another_style_of_code_is_refused(lab: il.Lab, style: str) -> None:
    with pytest.raises(RequestError, match="is not one of imagelab, python, curl"):
        lab.quote("a fox").code(style)


def test_an_asset_is_found_by_number_text_and_uuid(lab: il.Lab) -> None:
    asset = lab.generate("a fox", quality="low")[0]
    found = [lab.asset(1), lab.asset("#1"), lab.asset("1"), lab.asset(asset.uuid)]
    found += [lab.asset(uuid=asset.uuid), lab.asset(asset.uuid[:9]), lab.asset(asset.uuid.upper())]

    assert found == [asset] * 7
    assert lab.asset("#99", uuid=asset.uuid) == asset


@pytest.mark.parametrize(
    "number", [2, -1, 0, "#2", "2", "0193", "g1", "ff00", 10**30, "9" * 30, ""]
)
def test_an_asset_that_is_not_there_is_a_key_error_in_plain_words(
    lab: il.Lab, number: int | str
) -> None:
    with pytest.raises(AssetNotFoundError, match=r"^no asset .* in this catalog;") as caught:
        lab.asset(number)

    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("number", [None, 1.5, True, [1]])
def test_what_names_no_asset_is_refused(lab: il.Lab, number: Any) -> None:
    with pytest.raises(RequestError, match="is not a number, '#206' or the beginning of a uuid"):
        lab.asset(number)


def test_a_uuid_that_several_begin_with_asks_for_more(lab: il.Lab) -> None:
    first, second = lab.generate("a fox", quality="low", n=2)

    with pytest.raises(AssetNotFoundError, match="several assets begin with '0"):
        lab.asset(first.uuid[:8])
    assert lab.asset(second.uuid) == second


def test_the_number_tells_apart_what_a_uuid_begins_for_alike(lab: il.Lab) -> None:
    first, second = lab.generate("a fox", quality="low", n=2)

    assert lab.asset(second.id, second.uuid[:8]) == second
    assert lab.asset(second.id, first.uuid) == first
    with pytest.raises(AssetNotFoundError, match="several assets begin with '0"):
        lab.asset(77, first.uuid[:8])


def test_a_generation_is_found_by_number_text_and_uuid(lab: il.Lab) -> None:
    g = lab.generate("a fox", quality="low")

    assert [lab.generation(name) for name in (1, "1", "g1", g.uuid, g.uuid[:20])] == [g] * 5
    with pytest.raises(GenerationNotFoundError, match=r"^no generation g9 in this catalog;"):
        lab.generation(9)
    with pytest.raises(GenerationNotFoundError, match=r"^no generation 'ff' in this catalog;"):
        lab.generation("ff")


def test_a_search_is_newest_first_and_can_be_sorted(lab: il.Lab) -> None:
    made = [lab.generate(prompt, quality="low")[0] for prompt in ("a fox", "a cat", "a fox too")]
    made[0].rate(5)

    assert list(lab.search("fox")) == [made[2], made[0]]
    assert next(iter(lab.search(sort="rating"))) == made[0]
    assert lab.search("fox").cost.usd == sum(a.cost.amount for a in (made[0], made[2]) if a.cost)


@pytest.mark.parametrize(
    ("query", "sort", "said"),
    [("colour:red", None, "colour"), ("rating:high", None, "rating"), ("", "beauty", "beauty")],
)
def test_a_search_that_cannot_be_read_says_where(
    lab: il.Lab, query: str, sort: str | None, said: str
) -> None:
    with pytest.raises(QueryError, match=f"{said}.*at character"):
        lab.search(query, sort=sort)


@pytest.mark.parametrize("query", [5, None, ["fox"]])
def test_a_query_that_is_no_text_is_refused(lab: il.Lab, query: Any) -> None:
    with pytest.raises(RequestError, match="is not a query; a query is text"):
        lab.search(query)


def test_a_frame_has_a_row_an_asset_in_the_searchs_order(lab: il.Lab) -> None:
    lab.generate("a fox", quality="low", n=2)

    frame = lab.to_pandas("fox")

    assert frame["id"].tolist() == lab.search("fox").ids
    assert all(isinstance(cost, Decimal) for cost in frame["cost"])


def test_several_generations_are_waited_for_in_one_table(
    catalog_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGELAB_SANDBOX_FAULT", "moderation")
    with il.open(catalog_path, sandbox=True) as lab:
        refused = lab.submit("a fox", quality="low")
        il.wait([refused])
        table = il.wait([refused, lab.submit("a cat", quality="low")])

    assert table["status"].tolist() == ["failed", "succeeded"]
    assert table["images"].tolist() == [0, 1]
    assert "openai:" in table["error"][0]


def test_a_budget_is_read_and_set_by_name_alone(lab: il.Lab) -> None:
    lab.budget(total=5, per_day=1.25)

    assert (lab.budget().total, lab.budget().per_day) == (Decimal(5), Decimal("1.25"))
    assert lab.budget(per_day=il.NO_LIMIT).per_day is None
    assert lab.budget().total == Decimal(5)
    assert str(lab.budget()) == "$0.00 spent or reserved of $5.00"


@pytest.mark.parametrize("amount", ["5", -1, True, float("nan"), float("inf")])
def test_a_limit_that_is_no_amount_is_refused(lab: il.Lab, amount: Any) -> None:
    with pytest.raises(
        RequestError, match=r"total=.* is not an amount in dollars; give one, or il"
    ):
        lab.budget(total=amount)


def test_who_one_is_says_endings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWARE_API_KEY", "rw-0123456789")

    assert il.whoami()["runware"] == "…6789"


def test_a_key_that_is_typed_is_kept_for_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagelab.providers.keys._remembered", {})
    monkeypatch.setattr("getpass.getpass", lambda _: "sk-typed-0123456789")

    assert il.login("openai") == "openai …6789"
    assert il.whoami()["openai"] == "…6789"
    with pytest.raises(RequestError, match=r"there is no provider 'opnai'.*Did you mean 'openai'?"):
        il.login("opnai")
