"""ComfyUI's graph: what led to the picture is followed back from the node that sampled it.

Nodes by their number, each with `class_type` and `inputs`; an input that is a list of a
node's number and an output's place is a link (ComfyUI, the graph that `SaveImage` writes
under `prompt`). Nodes are anybody's, so only what these common inputs say is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Graph = Mapping[str, Any]

_TEXTS = ("text", "prompt", "text_g", "text_l", "clip_l", "t5xxl", "string", "value")
_SEEDS, _MODELS = ("seed", "noise_seed"), ("ckpt_name", "unet_name", "model_name", "gguf_name")
_SETTINGS = {
    "steps": "steps",
    "cfg": "cfg_scale",
    "guidance": "guidance",
    "sampler_name": "sampler",
    "scheduler": "scheduler",
    "denoise": "denoise",
}
_MOST_NODES = 2_000


def read_graph(graph: object) -> dict[str, Any] | None:
    """What is known of the picture: prompt, negative, seed, model, images, settings; None if none."""
    if not isinstance(graph, Mapping):
        return None
    nodes = {str(key): node for key, node in graph.items() if _is_node(node)}
    for number, node in nodes.items():
        given = node["inputs"]
        if "positive" not in given and "guider" not in given:
            continue
        around = [node, *_behind(nodes, number, _hops(given))]
        if not any(_first(one, _SEEDS) is not None for one in around):
            continue
        return _told(nodes, given, around)
    return None


def _told(nodes: Graph, given: Mapping[str, Any], around: list[Any]) -> dict[str, Any]:
    guided = _linked(nodes, given.get("guider")) or given
    positive = guided.get("positive") or guided.get("conditioning") or given.get("positive")
    every = list(nodes.values())
    told: dict[str, Any] = {
        "prompt": _text(nodes, positive),
        "negative_prompt": _text(nodes, guided.get("negative")),
        "seed": next((s for one in around if (s := _first(one, _SEEDS)) is not None), None),
        "model": next((m for one in every if isinstance(m := _first(one, _MODELS), str)), None),
        "images": [
            image
            for one in every
            if one.get("class_type") == "LoadImage"
            and isinstance(image := one["inputs"].get("image"), str)
        ],
    }
    for one in around:
        for theirs, ours in _SETTINGS.items():
            value = one["inputs"].get(theirs)
            if isinstance(value, str | int | float):
                told.setdefault(ours, value)
    return told


def _hops(given: Mapping[str, Any]) -> list[object]:
    """Where seed and settings stand beside the sampler: not the pictures, not the words."""
    return [v for k, v in given.items() if k not in ("positive", "negative", "model", "vae")]


def _text(nodes: Graph, link: object) -> str:
    """The first words that flow into it; what only describes a picture has none."""
    for node in _reached(nodes, link):
        for name in _TEXTS:
            value = node["inputs"].get(name)
            if isinstance(value, str) and value.strip():
                return value
    return ""


def _behind(nodes: Graph, start: str, links: list[object]) -> Iterator[Any]:
    seen = {start}
    for link in links:
        node = _linked_node(nodes, link, seen)
        if node is not None:
            yield node
            for inner in node["inputs"].values():
                more = _linked_node(nodes, inner, seen)
                if more is not None:
                    yield more


def _reached(nodes: Graph, link: object) -> Iterator[Any]:
    """Every node above a link, the nearest first; each once, for a graph may be a circle."""
    seen: set[str] = set()
    waiting = [link]
    while waiting and len(seen) < _MOST_NODES:
        node = _linked_node(nodes, waiting.pop(0), seen)
        if node is not None:
            yield node
            waiting += node["inputs"].values()


def _linked_node(nodes: Graph, link: object, seen: set[str]) -> Any:  # noqa: ANN401 - a foreign graph
    if not isinstance(link, list) or len(link) != 2 or not isinstance(link[0], str | int):
        return None
    number = str(link[0])
    if number in seen or number not in nodes:
        return None
    seen.add(number)
    return nodes[number]


def _linked(nodes: Graph, link: object) -> Mapping[str, Any] | None:
    node = _linked_node(nodes, link, set())
    return None if node is None else node["inputs"]


def _first(node: Mapping[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - a foreign graph
    given = node["inputs"]
    return next((given[n] for n in names if isinstance(given.get(n), str | int)), None)


def _is_node(node: object) -> bool:
    return isinstance(node, Mapping) and isinstance(node.get("inputs"), Mapping)
