"""An offer: one model at one provider, as data — what it takes, its limits, its prices.

Forms, validation, quotes and `lab.models()` all read the same offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date

from imagelab.domain.frozen import frozen
from imagelab.domain.params import Params, pixels
from imagelab.domain.prices import Prices
from imagelab.errors import RequestError, UnsupportedParamError, listed


@frozen
class SizeRule:
    """Any size within bounds, where an offer is not limited to a list.

    Sides are multiples of `step`, the longer at most `longest` and at most `ratio` times
    the shorter, and the area lies between `least` and `most` pixels.
    """

    step: int
    longest: int
    ratio: int
    least: int
    most: int

    def admits(self, size: str) -> bool:
        """Whether a size in pixels is within the bounds.

        >>> rule = SizeRule(step=16, longest=3840, ratio=3, least=655_360, most=8_294_400)
        >>> rule.admits("1536x864"), rule.admits("512x512"), rule.admits("1000x1000")
        (True, False, False)
        """
        width, height = pixels(size)
        long, short = max(width, height), min(width, height)
        return (
            width % self.step == 0
            and height % self.step == 0
            and long <= self.longest
            and long <= self.ratio * short
            and self.least <= width * height <= self.most
        )

    def __str__(self) -> str:
        """The bounds in words."""
        return (
            f"sides in multiples of {self.step} up to {self.longest}, "
            f"at most {self.ratio}:1, {self.least:,} to {self.most:,} pixels"
        )


@frozen
class Fact:
    """Where and when something about an offer was read."""

    about: str
    source: str
    read: date


@frozen
class Offer:
    """One model at one provider.

    `choices` lists the values of each parameter it takes, in our vocabulary; a parameter
    that is missing there is not taken. `shapes` says what pixels the words square,
    portrait and landscape mean here; `costless` are fields of `extra` that change no price,
    `dated` are native ids of one day's version of the model, which the vendor takes as well,
    `previews` is the most rough pictures that may be asked for while an image is made.
    Counts are per paid call.
    """

    provider: str
    model: str
    native: str
    choices: Mapping[str, tuple[str, ...]]
    prices: Prices
    shapes: Mapping[str, str]
    costless: frozenset[str] = frozenset()
    defaults: Mapping[str, str] = field(default_factory=dict)
    size_rule: SizeRule | None = None
    compression: tuple[int, int] | None = None
    n_max: int = 1
    prompt_length: tuple[int, int] = (1, 32_000)
    inputs_max: int = 0
    mask: bool = False
    previews: int = 0
    dated: tuple[str, ...] = ()
    ends: date | None = None
    default: bool = False
    links: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def name(self) -> str:
        """How a user writes it: provider, slash, model."""
        return f"{self.provider}/{self.model}"

    def called(self, word: str) -> Offer | None:
        """The offer if it goes by that name, with the dated id as its native one if it is one."""
        if word in self.dated:
            return replace(self, native=word)
        return self if word in (self.model, self.native) else None

    def takes(self, param: str, value: object) -> bool:
        """Whether a parameter with this value would be accepted, taken by itself."""
        try:
            resolve(self, Params(**{param: value}))  # type: ignore[arg-type] # any value may be asked about
        except RequestError:
            return False
        return True


def resolve(offer: Offer, params: Params, others: Iterable[Offer] = ()) -> Params:
    """The parameters as this offer takes them; UnsupportedParamError names who else would.

    Words for shapes become pixels, and what the vendor must be told is filled in. What it
    may decide for itself stays None.
    """
    size = params.size
    shaped = replace(params, size=offer.shapes.get(size, size) if size else None)
    for param, value in shaped.given().items():
        if not _taken(offer, param, value):
            allowed = _allowed(offer, param)
            able = [o.name for o in others if o.name != offer.name and o.takes(param, value)]
            raise UnsupportedParamError(offer.name, param, value, allowed, elsewhere=able)
    shaped = replace(shaped, previews=shaped.previews or None)  # none is what is sent without
    required = {k: v for k, v in offer.defaults.items() if getattr(shaped, k) is None}
    return _see_through(replace(shaped, **required))  # type: ignore[arg-type] # keys are our names


def images_a_call(offer: Offer, params: Params) -> int:
    """How many images one call may ask for: with previews one, for they are told apart by nothing.

    OpenAI describes no stream of several images.
    """
    return 1 if params.previews else offer.n_max


def check_prompt(offer: Offer, prompt: object, others: Iterable[Offer] = ()) -> None:
    """Refuse a prompt the offer cannot take; lengths are in characters."""
    if not isinstance(prompt, str):
        several = isinstance(prompt, list | tuple)
        what = "lab.batch(…) takes several" if several else "say what the image should show"
        raise RequestError(f"prompt={prompt!r:.200} is not text; {what}")
    if not prompt.strip():
        raise RequestError(f"prompt={prompt!r} is empty; say what the image should show")
    broken = next((at for at, sign in enumerate(prompt) if "\ud800" <= sign <= "\udfff"), None)
    if broken is not None:
        raise RequestError(
            f"the prompt has half a character at position {broken + 1}: {prompt[broken]!r}; "
            "it was cut or decoded wrongly"
        )
    if "\x00" in prompt:
        raise RequestError("prompt= holds a NUL character, which no service takes; remove it")
    least, most = offer.prompt_length
    if not least <= len(prompt) <= most:
        able = [o for o in others if o.prompt_length[0] <= len(prompt) <= o.prompt_length[1]]
        raise RequestError(
            f"{offer.name} takes prompts of {least:,} to {most:,} characters; "
            f"this one has {len(prompt):,}{_who_could(able)}"
        )


def check_inputs(offer: Offer, images: int, *, mask: bool, others: Iterable[Offer] = ()) -> None:
    """Refuse more input images, or a mask, than the offer can take."""
    if images > offer.inputs_max:
        most = f"at most {offer.inputs_max}" if offer.inputs_max else "none"
        given = "1 was" if images == 1 else f"{images} were"
        able = [o for o in others if o.inputs_max >= images]
        raise RequestError(f"{offer.name} takes {most} of images=; {given} given{_who_could(able)}")
    if mask and not offer.mask:
        raise RequestError(
            f"{offer.name} takes no mask=; describe the change in the prompt"
            f"{_who_could([o for o in others if o.mask])}"
        )
    if mask and not images:
        raise RequestError("mask= needs the image it belongs to in images=")


def _who_could(able: Iterable[Offer]) -> str:
    names = ", ".join(offer.name for offer in able)
    return f"; {names} would take it" if names else ""


def _taken(offer: Offer, param: str, value: object) -> bool:
    if param == "compression":
        bounds = offer.compression
        return bounds is not None and isinstance(value, int) and bounds[0] <= value <= bounds[1]
    if param == "previews":
        return isinstance(value, int) and 0 <= value <= offer.previews
    if value in offer.choices.get(param, ()):
        return True
    rule = offer.size_rule
    return param == "size" and rule is not None and "x" in str(value) and rule.admits(str(value))


def _allowed(offer: Offer, param: str) -> tuple[str, ...]:
    if param == "compression" and offer.compression:
        return tuple(str(bound) for bound in offer.compression)
    if param == "previews" and offer.previews:
        return tuple(str(count) for count in range(offer.previews + 1))
    rule = (str(offer.size_rule),) if param == "size" and offer.size_rule else ()
    return (*offer.choices.get(param, ()), *rule)


def _see_through(params: Params) -> Params:
    """A transparent background needs a format that can hold it; PNG unless told."""
    if params.background != "transparent":
        return params
    if params.format not in (None, "png", "webp"):
        raise RequestError(
            f"background='transparent' cannot be kept as format={params.format!r}; "
            f"it takes {listed(('png', 'webp'))}"
        )
    return replace(params, format=params.format or "png")
