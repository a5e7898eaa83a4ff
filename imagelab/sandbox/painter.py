"""Pictures for the sandbox, drawn from a prompt and a seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random

from PIL import Image

from imagelab.sandbox.canvas import Canvas
from imagelab.sandbox.carry import carrying
from imagelab.sandbox.colour import mix
from imagelab.sandbox.cutout import badge, die_cut
from imagelab.sandbox.edit import edited, fitted, inset, masked_area
from imagelab.sandbox.finish import framed, grained, labelled, treated
from imagelab.sandbox.palette import Palette, palette_of
from imagelab.sandbox.plan import MAX_OBJECTS, Plan, plan_of
from imagelab.sandbox.prompt_words import words_of
from imagelab.sandbox.scenes import paint_scene, paint_subject
from imagelab.sandbox.stage import Spot, Stage


def paint(
    prompt: str,
    seed: int,
    width: int,
    height: int,
    *,
    transparent: bool = False,
    inputs: Sequence[Image.Image] = (),
    mask: Image.Image | None = None,
) -> Image.Image:
    """A picture of the prompt, width × height pixels; RGBA if transparent, else RGB.

    Equal arguments give equal pixels. The first of `inputs` stays in sight and the others
    lie on it as cards; where there is a `mask`, only what its alpha 0 marks is painted anew.

    >>> paint("a teal boat", 1, 96, 64).size
    (96, 64)
    """
    picture = _unlabelled(prompt, seed, (width, height), transparent, inputs, mask)
    return labelled(picture, prompt, covering=bool(inputs))


def _unlabelled(
    prompt: str,
    seed: int,
    size: tuple[int, int],
    transparent: bool,  # noqa: FBT001 - passed on as it came
    inputs: Sequence[Image.Image],
    mask: Image.Image | None,
) -> Image.Image:
    if not inputs:
        return _fresh(prompt, seed, size, clear=transparent)
    base = fitted(inputs[0], size, clear=transparent)
    if mask is not None:
        return _repainted(prompt, seed, base, masked_area(mask, inputs[0].size, size))
    words, rng = words_of(prompt), _chance(prompt, seed)
    palette = palette_of(words, rng)
    picture = edited(base, words, palette, rng)
    if transparent and picture.getextrema()[-1] == (255, 255):
        picture = badge(picture.convert("RGB"), palette)  # the input brought no clear ground
    return inset(picture, inputs[1:], palette)


def _fresh(prompt: str, seed: int, size: tuple[int, int], *, clear: bool) -> Image.Image:
    words, rng = words_of(prompt), _chance(prompt, seed)
    palette = palette_of(words, rng)
    plan = plan_of(words, rng)
    alone = clear and (plan.sheet or bool(plan.animal or plan.objects or plan.figure))
    canvas = Canvas.of(*size, clear=alone, fill=palette.paper)
    stage = Stage(canvas, palette, rng, frozenset(words))
    if alone and not plan.sheet:
        paint_subject(stage, _on_its_own(plan, palette), _middle(stage, plan))
    else:
        paint_scene(stage, plan)
    picture = canvas.finished(*size, haze=mix(palette.low, palette.light, 0.6))
    if clear:
        return die_cut(picture) if alone else badge(picture, palette)
    picture = carrying(treated(picture, palette, stage.words, rng), palette.named)
    return grained(framed(picture, palette, stage.words), rng)


def _repainted(prompt: str, seed: int, base: Image.Image, area: Image.Image) -> Image.Image:
    box = area.getbbox()
    if box is None:
        return base
    patch = _fresh(prompt, seed, (box[2] - box[0], box[3] - box[1]), clear=False)
    base.paste(patch.convert(base.mode), box[:2], area.crop(box))
    return base


def _on_its_own(plan: Plan, palette: Palette) -> Plan:
    """With no scene to carry the colours the prompt names, its animal wears the first."""
    animal = plan.animal
    if animal and animal[1] is None and palette.named:
        animal = (animal[0], palette.named[0])
    return Plan("plain", animal, plan.objects, plan.figure, sheet=False)


def _middle(stage: Stage, plan: Plan) -> Spot:
    tall = 700.0
    if not plan.animal and not plan.figure and len(plan.objects) > 1:
        tall = min(tall, stage.width * 0.86 / min(len(plan.objects), MAX_OBJECTS))
    return Spot(stage.width / 2, stage.height / 2 + tall * 0.48, tall)


def _chance(prompt: str, seed: int) -> Random:
    told = f"{seed}\n{prompt}".encode("utf-8", "surrogatepass")
    return Random(int.from_bytes(hashlib.sha256(told).digest(), "big"))  # noqa: S311 - a picture, not a secret
