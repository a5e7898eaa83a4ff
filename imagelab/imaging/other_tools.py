"""What other tools say of a picture, in our words: whose text it is, and what it tells.

InvokeAI writes `invokeai_metadata` (its disk storage of images), NovelAI `Software` and a
`Comment` of JSON (sd-parsers, `parsers/_novelai.py`), ComfyUI `prompt` and `workflow`,
AUTOMATIC1111 and many others `parameters`, or the comment field of EXIF.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from imagelab.domain.brought import Brought
from imagelab.imaging.comfyui import read_graph
from imagelab.imaging.infotext import read_infotext

_MOST_PROMPT, _MOST_WORD, _MOST_SEED = 200_000, 2_000, 2**63 - 1
_EXACT = 2**53  # beyond, a float skips some
_INVOKE_SETTINGS = ("steps", "cfg_scale", "scheduler", "strength", "app_version")
_NOVEL_SETTINGS = {"steps": "steps", "scale": "cfg_scale", "sampler": "sampler"}
_A1111_SETTINGS = {
    "Steps": "steps",
    "Sampler": "sampler",
    "CFG scale": "cfg_scale",
    "Schedule type": "scheduler",
    "Denoising strength": "denoise",
    "Model hash": "model_hash",
    "Size": "size",
    "Version": "version",
}
_INFOTEXTS = ("parameters", "exif.UserComment", "exif.ImageDescription", "comment", "sidecar")


def read_words(words: Mapping[str, str]) -> Brought:
    """What these texts of a file tell; without a known tool only the words themselves."""
    for read in (_invokeai, _novelai, _comfyui, _automatic1111):
        told = read(words)
        if told is not None:
            return told
    return Brought(words=words)


def sound(value: object, most: int = _MOST_WORD) -> str:
    """Any value as text that can be kept: so long and no longer, whole characters, no NUL."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text[:most].encode("utf-8", "replace").decode().replace("\0", "")


def whole_number(value: object) -> int | None:
    """A seed as a number that the catalog can hold; tools write it as text too."""
    try:
        number = int(value) if isinstance(value, str | int) else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number <= _MOST_SEED else None


def parsed(text: str | None) -> Any:  # noqa: ANN401 - JSON of any shape
    """JSON, or None for what is none, or is nested deeper than can be read."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _invokeai(words: Mapping[str, str]) -> Brought | None:
    told = parsed(words.get("invokeai_metadata"))
    if not isinstance(told, dict):
        return None
    model = told.get("model")
    name = model.get("name") or model.get("model_name") if isinstance(model, dict) else model
    settings = {key: told.get(key) for key in _INVOKE_SETTINGS}
    start = told.get("init_image")
    return _brought(
        words,
        "invokeai",
        told.get("positive_prompt"),
        told.get("negative_prompt"),
        told.get("seed"),
        name,
        settings,
        (start,) if isinstance(start, str) else (),
    )


def _novelai(words: Mapping[str, str]) -> Brought | None:
    told = parsed(words.get("Comment"))
    if words.get("Software") != "NovelAI" or not isinstance(told, dict):
        return None
    settings = {ours: told.get(theirs) for theirs, ours in _NOVEL_SETTINGS.items()}
    prompt = told.get("prompt") or words.get("Description")
    model = words.get("Source") or "NovelAI"
    return _brought(words, "novelai", prompt, told.get("uc"), told.get("seed"), model, settings)


def _comfyui(words: Mapping[str, str]) -> Brought | None:
    if not words.get("prompt", "").lstrip().startswith("{") and "workflow" not in words:
        return None
    told = read_graph(parsed(words.get("prompt"))) or {}
    own = ("prompt", "negative_prompt", "seed", "model", "images")
    settings = {key: value for key, value in told.items() if key not in own}
    prompt, negative, seed, model, images = (told.get(key) for key in own)
    return _brought(words, "comfyui", prompt, negative, seed, model, settings, tuple(images or ()))


def _automatic1111(words: Mapping[str, str]) -> Brought | None:
    for key in _INFOTEXTS:
        read = read_infotext(words.get(key, ""))
        if read is not None:
            prompt, negative, told = read
            settings = {ours: told.get(theirs) for theirs, ours in _A1111_SETTINGS.items()}
            seed, model = told.get("Seed"), told.get("Model")
            return _brought(words, "automatic1111", prompt, negative, seed, model, settings)
    return None


def _brought(
    words: Mapping[str, str],
    tool: str,
    prompt: object,
    negative: object,
    seed: object,
    model: object,
    settings: Mapping[str, Any],
    images: tuple[str, ...] = (),
) -> Brought:
    params: dict[str, object] = {}
    if negative:
        params["negative_prompt"] = sound(negative, _MOST_PROMPT)
    params |= {key: _plain(value) for key, value in settings.items() if value not in (None, "")}
    return Brought(
        tool=tool,
        words=words,
        prompt=sound(prompt, _MOST_PROMPT) if prompt else "",
        provider=tool if model else None,
        model=sound(model) if model else None,
        params=params,
        seed=whole_number(seed),
        parents=tuple((sound(name), "input") for name in images),
        edit=bool(images),
    )


def _plain(value: object) -> object:
    """A number where it is one, so that it is found by comparing; else text."""
    if isinstance(value, bool):
        return value
    text = str(value) if isinstance(value, int | float) else sound(value)
    try:
        number = float(text)
    except ValueError:
        return text
    if not isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
