"""From what a user says to a request with a price: everything that can be refused is refused here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

from imagelab.domain.frozen import frozen
from imagelab.domain.ids import uuid4, uuid7
from imagelab.domain.money import Cost
from imagelab.domain.offer import Offer, check_inputs, check_prompt, images_a_call, resolve
from imagelab.domain.params import read_params
from imagelab.domain.prices import NOTHING, estimate
from imagelab.domain.quote import Quote
from imagelab.domain.redaction import cut_fields, fit_to_keep
from imagelab.domain.request import PICTURES, Call, Input, Request, canonical
from imagelab.errors import RequestError, UnsupportedParamError
from imagelab.lab.wording import as_imagelab
from imagelab.providers.code import as_curl, as_python, paying, recipe_of
from imagelab.providers.elsewhere import offer_named
from imagelab.providers.provider import Provider

CODE_STYLES = ("imagelab", "python", "curl")
_MOST_IMAGES = 10_000  # in one call: a slip of the finger is not a batch
_TAG_LENGTH = 100


@frozen
class Asked:
    """A request that could be sent as it stands, with its calls and its price."""

    offer: Offer
    request: Request
    calls: tuple[Call, ...]
    quote: Quote


def ask(
    offer: Offer,
    provider: Provider,
    base: str,
    prompt: str,
    *,
    n: int,
    params: Mapping[str, Any],
    inputs: tuple[Input, ...],
    tags: object,
    extra: Mapping[str, Any] | None,
    others: Sequence[Offer],
) -> Asked:
    """Check everything against the offer, and price it; nothing is sent.

    `others` are all offers, to say which could take what this one cannot.
    """
    check_prompt(offer, prompt, others)
    _check_words(offer, params)
    said = read_params(**params)
    roles = [i.role for i in inputs]
    pictures = sum(role in PICTURES for role in roles)
    check_inputs(offer, pictures, mask="mask" in roles, others=others)
    request = Request(
        provider=offer.provider,
        model=offer.model,
        native=offer.native,
        prompt=prompt,
        params=resolve(offer, said, others),
        n=_count(n),
        inputs=inputs,
        extra=_extra(extra),
        asked=said.given(),
        tags=clean_tags(tags),
    )
    calls = _calls(request, images_a_call(offer, request.params))
    paying(provider, calls[0], base)  # the flow itself refuses what it cannot write down
    quote = _quote(offer, provider, base, request, calls)
    return Asked(offer, request, _priced(calls, quote), quote)


def clean_tags(tags: object) -> tuple[str, ...]:
    """Tags as they are kept; RequestError for a bare word, which is a sequence of letters.

    >>> clean_tags(["fox", " hero ", "fox"])
    ('fox', 'hero')
    """
    if isinstance(tags, str):
        raise RequestError(f"tags={tags!r} is one word; give a list: tags=[{tags!r}]")
    if tags is None:
        return ()
    if not isinstance(tags, Sequence | set | frozenset):
        raise RequestError(
            f"tags={tags!r:.80} is not a list of words; give one, as in tags=['fox']"
        )
    return tuple(dict.fromkeys(clean_tag(tag) for tag in tags))


def clean_tag(tag: object) -> str:
    """One tag as it is kept."""
    if isinstance(tag, list | tuple | set | frozenset):
        raise RequestError(f"tag {tag!r:.80} is several; give the words one by one: tag('a', 'b')")
    word = " ".join(tag.split()) if isinstance(tag, str) else ""
    if not 0 < len(word) <= _TAG_LENGTH or not word.isprintable():
        raise RequestError(f"tag {tag!r} is not a word of 1 to {_TAG_LENGTH} characters")
    return word


def write_code(provider: Provider, base: str, request: Request, style: str) -> str:
    """A request as code in one of `CODE_STYLES`; keys are shown as their variables."""
    if style == "imagelab":
        return as_imagelab(replace(request, extra=fit_to_keep(request.extra)))
    if style not in CODE_STYLES:
        raise RequestError(f"style={style!r} is not one of {', '.join(CODE_STYLES)}")
    write = as_python if style == "python" else as_curl
    offer = offer_named(provider, base, request.model)
    shown = replace(request, extra=fit_to_keep(request.extra))
    calls = _calls(shown, images_a_call(offer, request.params) if offer else request.n)
    scripts = [
        write(paying(provider, call, base), provider.key_variable, recipe_of(provider, call, base))
        for call in calls[-2:]
    ]
    if len(calls) == 1:
        return scripts[0]
    first, last = (scripts[0], scripts[-1]) if calls[-1].n != calls[0].n else (scripts[0], "")
    times = len(calls) - bool(last)
    head = f"# {request.n} images are {len(calls)} calls. This one is made"
    note = f"{head} {times} times:\n" if times > 1 else f"{head} first:\n"
    return note + first + (f"\n# Then this one for the last {calls[-1].n}:\n{last}" if last else "")


def _count(n: object) -> int:
    whole = isinstance(n, Integral) and not isinstance(n, bool)  # a frame's numbers are whole too
    if not whole or not 1 <= int(n) <= _MOST_IMAGES:  # type: ignore[call-overload] # it is whole
        raise RequestError(f"n={n!r} is not a whole number of images from 1 to {_MOST_IMAGES:,}")
    return int(n)  # type: ignore[call-overload, no-any-return] # it is whole


def _check_words(offer: Offer, params: Mapping[str, Any]) -> None:
    """Refuse a number where the offer has words to choose from; a size may be more than a word."""
    for param, value in params.items():
        words = offer.choices.get(param, ())
        if words and param != "size" and not isinstance(value, str | None):
            raise UnsupportedParamError(offer.name, param, value, words)


def _nameless(extra: object) -> Iterator[object]:
    """What stands in place of names in it."""
    inside = extra if isinstance(extra, list | tuple) else ()
    if isinstance(extra, Mapping):
        yield from (name for name in extra if not isinstance(name, str))
        inside = tuple(extra.values())
    for each in inside:
        yield from _nameless(each)


def _extra(extra: object) -> Mapping[str, Any]:
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise RequestError(
            f"extra={fit_to_keep(extra)!r} is not a dict in the provider's own spelling"
        )
    try:
        for name in _nameless(extra):
            raise RequestError(
                f"extra={fit_to_keep(extra)!r} has a field named {name!r}; the provider's fields are "
                "named by text, as in extra={'user': 'me'}"
            )
        canonical(dict(extra)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(
            f"extra={fit_to_keep(extra)!r} cannot be written as JSON: {error}"
        ) from error
    if cut := cut_fields(extra):
        raise RequestError(
            f"extra={{{cut[0]!r}: …}} is an address as it is kept, without what opens it; give "
            "extra= with the whole address"
        )
    return dict(extra)


def _calls(request: Request, most: int) -> tuple[Call, ...]:
    """One call for every `most` images, each with an id, a key and a place of its own."""
    starts = range(0, request.n, most)
    return tuple(
        Call(uuid7(), uuid4(), request, min(most, request.n - start), start) for start in starts
    )


def _quote(
    offer: Offer, provider: Provider, base: str, request: Request, calls: Sequence[Call]
) -> Quote:
    low, likely, high = _bill(offer, request, calls) if offer.prices.known else (None,) * 3
    return Quote(
        offer.name,
        request.n,
        low,
        likely,
        high if request.extra.keys() <= offer.costless else None,  # another may cost anything
        offer.prices.basis,
        lambda style: write_code(provider, base, request, style),
    )


def _priced(calls: tuple[Call, ...], quote: Quote) -> tuple[Call, ...]:
    """The calls with what each image costs, where the quote leaves nothing open."""
    if quote.high is None or quote.low != quote.high:
        return calls
    each = replace(quote.high, amount=quote.high.amount / quote.n)
    return tuple(replace(call, price=each) for call in calls)


def _bill(offer: Offer, request: Request, calls: Sequence[Call]) -> tuple[Cost, Cost, Cost]:
    """What all calls come to: at least, most likely, at most."""
    sizes = [(image.width, image.height) for image in request.images]
    whole = NOTHING
    for call in calls:
        whole += estimate(offer.prices, request.params, request.prompt, call.n, sizes)
    low, likely, high = map(offer.prices.cost, (whole.low, whole.likely, whole.high))
    return low, likely, high
