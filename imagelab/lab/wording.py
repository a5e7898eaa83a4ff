"""A request as the line of imagelab that asks for it, exact."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from imagelab.domain.request import Input, Request
from imagelab.providers.code import file_name


def as_imagelab(request: Request, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Code that makes an equal request; `names` are the variables of assets, by uuid.

    >>> from imagelab.domain.params import Params
    >>> print(as_imagelab(Request("openai", "gpt-image-2", "gpt-image-2", "A fox", Params())))
    lab.generate('A fox', model='openai/gpt-image-2')
    """
    words = [repr(request.prompt), f"model={f'{request.provider}/{request.model}'!r}"]
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
    call = f"lab.generate({', '.join(words)})"
    return call if len(call) <= 100 else "lab.generate(\n    " + ",\n    ".join(words) + ",\n)"


def _named(image: Input, names: Mapping[str, str]) -> str:
    """An input by what finds it again: its address, its asset's uuid, or a file named by its hash."""
    if image.asset and image.asset in names:
        return names[image.asset]
    if image.url:
        return repr(image.url)
    return f"lab.asset(uuid={image.asset!r})" if image.asset else repr(file_name(image))
