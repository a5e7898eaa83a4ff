"""The colours of a picture, led by the colour words of its prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from imagelab.domain.frozen import frozen
from imagelab.sandbox.colour import RGB, chroma, lightness, mix, tone, warmth
from imagelab.sandbox.colour_words import COLOURS, DARK, HARMONIES, MOODS, PHRASES, SHADES

MAX_NAMED = 5  # more colours than this have no room to be seen
_PALETTE_WORDS = frozenset({"palette", "scheme", "hue", "tone"})
_PALETTE_REACH = 7
_PALE = 0.9  # lightness from which a colour serves as light, not as land
_DEEP = 0.27
_WARM_LIGHT: RGB = (255, 244, 214)


@frozen
class Palette:
    """Colours by what they are for; `ground` runs from the far to the near."""

    high: RGB  # the top of the backdrop
    low: RGB  # the backdrop at the horizon
    far: RGB
    mid: RGB
    near: RGB
    accent: RGB
    other: RGB  # a second accent
    light: RGB
    ink: RGB
    paper: RGB
    night: bool
    named: tuple[RGB, ...] = ()

    def ground(self, nearness: float) -> RGB:
        """The colour of what stands at this distance, 0 far to 1 near."""
        if nearness < 0.5:
            return mix(self.far, self.mid, nearness * 2)
        return mix(self.mid, self.near, nearness * 2 - 1)

    def spread(self) -> tuple[RGB, ...]:
        """The lively colours, the most important first."""
        return (*self.named, self.mid, self.accent, self.other, self.far, self.high)

    def hue(self, index: int) -> RGB:
        """One of the lively colours, counted round."""
        lively = self.spread()
        return lively[index % len(lively)]


def palette_of(words: Sequence[str], rng: Random) -> Palette:
    """The palette of a prompt's words; where they name no colour, a harmony by mood or chance."""
    night = bool(DARK & set(words))
    named = tuple(_distinct([*_told_as_palette(words), *named_colours(words)]))[:MAX_NAMED]
    moods = [MOODS[word] for word in words if word in MOODS]
    if not named:
        colours = rng.choice(moods) if moods else rng.choice(HARMONIES)
    elif len(named) == 1:
        colours = (*named, *_companions(named[0], moods, rng))
    else:
        colours = named
    return _cast(colours, named, night=night, rng=rng)


def named_colours(words: Sequence[str]) -> list[RGB]:
    """The colours that words name, in order, with their shades.

    >>> named_colours(["deep", "teal", "sky", "blue", "and", "golden"])
    [(0, 90, 90), (118, 190, 236), (218, 165, 32)]
    """
    found = []
    skip = False
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if skip:
            skip = False
        elif (word, after) in PHRASES:
            found.append(PHRASES[word, after])
            skip = True
        elif word in COLOURS:
            found.append(_shaded(COLOURS[word], before))
    return found


def _told_as_palette(words: Sequence[str]) -> list[RGB]:
    """The colours said just before "palette" lead, whatever was named on the way there."""
    for index, word in enumerate(words):
        if word in _PALETTE_WORDS:
            return named_colours(words[max(0, index - _PALETTE_REACH) : index])
    return []


def _shaded(colour: RGB, before: str) -> RGB:
    if before not in SHADES:
        return colour
    lighter, vivid = SHADES[before]
    return tone(colour, lightness(colour) + lighter, vivid=vivid)


def _distinct(colours: Sequence[RGB]) -> Iterator[RGB]:
    kept: list[RGB] = []
    for colour in colours:
        if all(sum(abs(a - b) for a, b in zip(colour, k, strict=True)) > 48 for k in kept):
            kept.append(colour)
            yield colour


def _companions(colour: RGB, moods: Sequence[tuple[RGB, ...]], rng: Random) -> tuple[RGB, ...]:
    """What goes with a single named colour: its neighbours, and a spark from across."""
    if chroma(colour) < 0.035:
        return rng.choice(moods) if moods else rng.choice(HARMONIES)
    light = min(max(lightness(colour), 0.45), 0.8)
    side = rng.choice((-1, 1))
    neighbour = tone(colour, light - 0.1, vivid=0.85, turn=side * rng.uniform(14, 24))
    spark = (
        rng.choice(moods)[-1] if moods else tone(colour, 0.78, turn=side * rng.uniform(140, 190))
    )
    return neighbour, spark


def _cast(colours: Sequence[RGB], named: tuple[RGB, ...], *, night: bool, rng: Random) -> Palette:
    """Give each colour its part: pale ones to light, deep ones to shadow, the rest in turn."""
    pale = [colour for colour in colours if lightness(colour) > _PALE]
    deep = [colour for colour in colours if lightness(colour) < _DEEP]
    body = [colour for colour in colours if colour not in pale and colour not in deep]
    body = body or deep or [tone(pale[0], 0.72, vivid=1.6)]
    if night:
        body.sort(key=warmth)  # the coolest makes the sky, the warmest what shines
    sky, land = body[0], body[1 % len(body)]
    if len(body) == 2 and not night and rng.random() < 0.5:
        sky, land = land, sky
    accent = body[-1] if len(body) > 2 else rng.choice((sky, land))
    ink = tone(deep[0] if deep else land, 0.2, vivid=0.55)
    light = tone(pale[0] if pale else accent, 0.95, vivid=0.5)
    parts = _night_parts if night else _day_parts
    high, low, far, mid, near = parts(sky, land, accent, pale, deep)
    return Palette(
        high=high,
        low=low,
        far=far,
        mid=mid,
        near=near,
        accent=_bright(accent, night=night),
        other=body[2] if len(body) > 3 else mix(accent, _WARM_LIGHT, 0.45),
        light=mix(light, _WARM_LIGHT, 0.35),
        ink=ink,
        paper=mix(tone(pale[0] if pale else sky, 0.955, vivid=0.35), (252, 249, 242), 0.4),
        night=night,
        named=named,
    )


def _day_parts(
    sky: RGB, land: RGB, accent: RGB, pale: Sequence[RGB], deep: Sequence[RGB]
) -> tuple[RGB, RGB, RGB, RGB, RGB]:
    high = tone(sky, min(max(lightness(sky), 0.56), 0.8))
    low = pale[0] if pale else tone(mix(sky, accent, 0.35), 0.89, vivid=0.75)
    far = tone(mix(land, sky, 0.45), 0.74, vivid=0.9)
    mid = tone(land, min(max(lightness(land), 0.45), 0.7))
    near = deep[0] if deep else tone(land, 0.33, vivid=0.9)
    return high, low, far, mid, near


def _night_parts(
    sky: RGB, land: RGB, accent: RGB, pale: Sequence[RGB], deep: Sequence[RGB]
) -> tuple[RGB, RGB, RGB, RGB, RGB]:
    high = tone(deep[0], max(0.2, lightness(deep[0]))) if deep else tone(sky, 0.3, vivid=0.95)
    low = tone(sky, min(max(lightness(sky), 0.55), 0.72))
    if pale:
        low = mix(low, pale[0], 0.3)
    far = tone(mix(land, sky, 0.3), 0.5)
    mid = tone(mix(land, accent, 0.08), 0.42)
    near = tone(land, 0.22, vivid=0.8)
    return high, low, far, mid, near


def _bright(accent: RGB, *, night: bool) -> RGB:
    return tone(accent, max(lightness(accent), 0.74 if night else 0.62))
