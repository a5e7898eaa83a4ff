"""A request as the line of imagelab that asks for it, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from imagelab.domain.request import Input, Request
from imagelab.providers.code import file_name


def as_imagelab(request: Request, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Code that makes an equal request; `names` are the variables of assets, by uuid.

    >>> from imagelab.domain.params import Params
    >>> print(as_imagelab(Request("openai", "gpt-image-2", "gpt-image-2", "A fox", Params())))
    lab.generate('A fox', model='openai/gpt-image-2')
    """
    return _call("generate", [repr(request.prompt), *_words(request, names)])


def as_sweep(
    request: Request, template: str, axes: Mapping[str, Sequence[object]], *, confirmed: bool
) -> str:
    """Code that sweeps over a template with the rest of a request, whatever its prompt.

    >>> from imagelab.domain.params import Params
    >>> fox = Request("openai", "gpt-image-2", "gpt-image-2", "A fox", Params())
    >>> print(as_sweep(fox, "A {choice}", {"choice": ["fox", "owl"]}, confirmed=False))
    lab.sweep('A {choice}', choice=['fox', 'owl'], model='openai/gpt-image-2')
    """
    said = [repr(template), *(f"{name}={list(values)!r}" for name, values in axes.items())]
    rest = [
        f"images=[{word.removeprefix('images=')}]" if word.startswith("images=") else word
        for word in _words(request)
    ]
    return _call("sweep", [*said, *rest, *(["confirm=True"] if confirmed else [])])


def _words(request: Request, names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Everything beside the prompt."""
    words = [f"model={f'{request.provider}/{request.model}'!r}"]
    words += [f"n={request.n}"] if request.n != 1 else []
    words += [f"{name}={value!r}" for name, value in request.asked.items()]
    words += (
        [f"images=[{', '.join(_named(i, names) for i in request.images)}]"]
        if request.images
        else []
    )
    words += [f"mask={_named(request.mask, names)}"] if request.mask else []
    words += [f"tags={list(request.tags)!r}"] if request.tags else []
    words += [f"extra={dict(request.extra)!r}"] if request.extra else []
    return words


def _call(verb: str, words: Sequence[str]) -> str:
    """A call of the lab, on a line where it fits."""
    call = f"lab.{verb}({', '.join(words)})"
    return call if len(call) <= 100 else f"lab.{verb}(\n    " + ",\n    ".join(words) + ",\n)"


def _named(image: Input, names: Mapping[str, str]) -> str:
    """An input by what finds it again: its address, its asset's uuid, or a file named by its hash."""
    if image.asset and image.asset in names:
        return names[image.asset]
    if image.url:
        return repr(image.url)
    return f"lab.asset(uuid={image.asset!r})" if image.asset else repr(file_name(image))
