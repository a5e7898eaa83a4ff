from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pytest
from PIL import Image

from imagelab.domain.brought import Brought
from imagelab.imaging.decode import decode
from imagelab.imaging.other_tools import read_words
from imagelab.imaging.pieces import pieces
from imagelab.imaging.stealth import hidden, may_hide
from imagelab.imaging.strip import stripped

INFOTEXT = (
    'a fox, reading\nat night\nNegative prompt: snow\nSteps: 20, Sampler: "Euler, a", '
    "CFG scale: 7.5, Seed: 9223372036854775807, Size: 512x768, Model hash: abc, Model: sd_xl"
)


def told(brought: Brought) -> tuple[Any, ...]:
    return brought.tool, brought.prompt, brought.model, brought.seed


@pytest.mark.parametrize("key", ["parameters", "exif.UserComment", "sidecar"])
def test_automatic1111_is_read_wherever_it_writes(key: str) -> None:
    read = read_words({key: INFOTEXT})

    assert told(read) == ("automatic1111", "a fox, reading\nat night", "sd_xl", 2**63 - 1)
    assert read.params["sampler"] == "Euler, a"
    assert (read.params["negative_prompt"], read.params["cfg_scale"]) == ("snow", 7.5)
    assert read.words == {key: INFOTEXT}


def test_text_with_few_settings_is_text() -> None:
    assert read_words({"parameters": "a fox\nSteps: 20, Seed: 5"}).tool is None


def graph(**sampler: Any) -> dict[str, Any]:
    return {
        "3": {
            "class_type": "KSampler",
            "inputs": {
                "seed": 7,
                "steps": 20,
                "cfg": 4.5,
                "model": ["4", 0],
                "positive": ["9", 0],
                "negative": ["7", 0],
                "latent_image": ["5", 0],
                **sampler,
            },
        },
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd.safetensors"}},
        "5": {"class_type": "LoadImage", "inputs": {"image": "before.png"}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "snow", "clip": ["4", 1]}},
        "9": {"class_type": "ControlNetApply", "inputs": {"conditioning": ["6", 0]}},
    }


def test_comfyui_is_followed_back_from_the_sampler() -> None:
    read = read_words({"prompt": json.dumps(graph()), "workflow": "{}"})

    assert told(read) == ("comfyui", "a fox", "sd.safetensors", 7)
    assert (read.params["negative_prompt"], read.params["cfg_scale"]) == ("snow", 4.5)
    assert read.parents == (("before.png", "input"),)


def test_comfyui_with_a_guider_and_its_own_noise() -> None:
    nodes = graph() | {
        "3": {
            "class_type": "SamplerCustomAdvanced",
            "inputs": {"noise": ["10", 0], "guider": ["11", 0]},
        },
        "10": {"class_type": "RandomNoise", "inputs": {"noise_seed": 8}},
        "11": {"class_type": "BasicGuider", "inputs": {"conditioning": ["6", 0]}},
    }

    assert told(read_words({"prompt": json.dumps(nodes)}))[1::2] == ("a fox", 8)


def test_a_graph_that_is_a_circle_ends() -> None:
    nodes = graph(positive=["9", 0])
    nodes["9"]["inputs"] = {"conditioning": ["9", 0], "other": ["3", 0]}

    assert read_words({"prompt": json.dumps(nodes)}).seed == 7


def test_invokeai_says_its_model_and_what_it_began_with() -> None:
    said = {"positive_prompt": "a fox", "seed": 5, "model": {"name": "flux"}, "init_image": "a.png"}

    read = read_words({"invokeai_metadata": json.dumps(said)})

    assert told(read) == ("invokeai", "a fox", "flux", 5)
    assert read.parents == (("a.png", "input"),)


def test_novelai_is_read_from_its_comment() -> None:
    comment = json.dumps({"prompt": "a fox", "uc": "snow", "seed": 4, "steps": 28})

    read = read_words({"Software": "NovelAI", "Source": "NovelAI Diffusion V4", "Comment": comment})

    assert told(read) == ("novelai", "a fox", "NovelAI Diffusion V4", 4)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{", "null", "[]", '{"3": 5}', '{"3": {"inputs": {"positive": [1]}}}']
)
def test_words_that_make_no_sense_are_kept_and_tell_nothing(text: str) -> None:
    words = {"prompt": text, "workflow": text, "invokeai_metadata": text, "Comment": text}

    read = read_words(words)

    assert (read.prompt, read.seed, read.words) == ("", None, words)


def with_hidden(text: bytes, size: tuple[int, int] = (90, 160)) -> bytes:
    packed = gzip.compress(text, mtime=0)
    bits = "".join(f"{byte:08b}" for byte in b"stealth_pngcomp")
    bits += f"{len(packed) * 8:032b}" + "".join(f"{byte:08b}" for byte in packed)
    image = Image.new("RGBA", size, (9, 90, 200, 254))
    for place, bit in enumerate(bits):
        image.putpixel((place // size[1], place % size[1]), (9, 90, 200, 254 | int(bit)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_words_in_the_lowest_bits_of_transparency_are_found_and_stripped() -> None:
    data = with_hidden(b'{"Comment": "{}"}')

    assert may_hide(data, pieces(data, "png"))
    assert hidden(decode(data)) == b'{"Comment": "{}"}'
    assert hidden(decode(stripped(data))) is None
