"""A request as a script that anyone can run: Python with httpx, or curl in a shell.

Keys appear as the name of their variable, input images as files named by their hash.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from imagelab.domain.request import Call, Input, Sent, canonical
from imagelab.providers.body import DataUri, FormBody, JsonBody, Uploaded
from imagelab.providers.code_around import (
    TIMEOUT_S,
    python_asking,
    python_upload,
    shell_asking,
    shell_upload,
    variable,
)
from imagelab.providers.code_words import python_headers, python_url, shell_header, shell_url
from imagelab.providers.provider import Provider
from imagelab.providers.recipe import HasRecipe, Recipe
from imagelab.providers.steps import Listen, Pay, Send, Stream

_NEVER = datetime.fromtimestamp(0, UTC)
_NOTHING = Recipe()
_MARK = re.compile(r"\\ue000([0-9a-z._]+)\\ue000")


def paying(provider: Provider, call: Call, base: str) -> Send:
    """The paying POST of a call, made and not sent.

    Its key is the name of the provider's variable. Where images are uploaded first, the names
    of their files stand for the addresses. RequestError for what the provider has no field
    for, so that this can be known before anything is recorded.
    """
    uploaded = [Uploaded(image, file_name(image)).kept() for image in call.request.images]
    shown = replace(call, sent=Sent(_NEVER, canonical(uploaded)))
    with closing(provider.generate(shown, provider.key_variable, base)) as flow:
        step = next(flow)
        while isinstance(step, Listen):
            step = next(flow)
    step = step.pay if isinstance(step, Stream) else step
    assert isinstance(step, Pay), "a flow pays first"
    return step.send


def recipe_of(provider: Provider, call: Call, base: str) -> Recipe:
    """What stands around the paying POST of a call; the key is the name of its variable."""
    if isinstance(provider, HasRecipe):
        return provider.recipe(call, provider.key_variable, base)
    return Recipe()


def as_python(send: Send, key_variable: str, around: Recipe = _NOTHING) -> str:
    """The request as a Python script, with what stands around it."""
    body, stands = _python_body(send), _stands(_document(send))
    uris = any(isinstance(stand, DataUri) for stand in stands)
    uploading = around.uploading if _uploaded(stands) else None
    files = bool(stands) or isinstance(send.body, FormBody)
    modules = {"base64": uris, "os": True, "re": around.asking, "time": around.asking}
    lines = [f"import {module}" for module, needed in modules.items() if needed]
    lines += [*(["from pathlib import Path"] if files else []), "", "import httpx", ""]
    lines += ["", *_PYTHON_URI, ""] if uris else []
    lines += ["", *python_upload(uploading, key_variable), ""] if uploading else []
    lines += [
        "reply = httpx.request(",
        f"    {send.method!r},",
        f"    {python_url(send.url)},",
        f"    headers={python_headers(send.headers, key_variable)},",
        *(f"    {line}" for line in body),
        f"    timeout={TIMEOUT_S},",
        ")",
        "reply.raise_for_status()",
        *(python_asking(around.asking, key_variable) if around.asking else []),
        "print(reply.text)",
    ]
    return "\n".join(lines) + "\n"


def as_curl(send: Send, key_variable: str, around: Recipe = _NOTHING) -> str:
    """The request as commands for a POSIX shell, with what stands around it."""
    quiet = "-sS " if around.asking else ""
    words = [f"curl {quiet}{shell_url(send.url)}", f"-X {send.method}"]
    words += [
        f"-H {shell_header(name, value, key_variable)}" for name, value in send.headers.items()
    ]
    lead = ""
    if isinstance(send.body, FormBody):
        words += _curl_form(send.body)
    elif send.body:
        lead, data = _curl_json(_document(send))
        words += ["-H 'Content-Type: application/json'", data]
    order = lead + " \\\n  ".join(words) + "\n"
    if around.asking:
        order = shell_asking(around.asking, order, key_variable)
    if around.uploading:
        names = _uploaded(_stands(_document(send)))
        before = [shell_upload(around.uploading, name, key_variable) for name in names]
        order = "".join(before) + order
    return order


def file_name(image: Input) -> str:
    """The file a script expects an input image in."""
    return f"{image.sha256[:12]}.{image.format}"


_PYTHON_URI = (
    "def data_uri(name):",
    '    kind = name.rpartition(".")[2]',
    "    coded = base64.b64encode(Path(name).read_bytes()).decode()",
    '    return f"data:image/{kind};base64,{coded}"',
    "",
)


def _document(send: Send) -> Any:  # noqa: ANN401 - a JSON document has any shape
    return send.body.document if isinstance(send.body, JsonBody) else None


def _stands(value: object) -> list[DataUri | Uploaded]:
    """What stands for an image in a document."""
    match value:
        case DataUri() | Uploaded():
            return [value]
        case dict():
            return [stand for item in value.values() for stand in _stands(item)]
        case list() | tuple():
            return [stand for item in value for stand in _stands(item)]
        case _:
            return []


def _uploaded(stands: Sequence[DataUri | Uploaded]) -> list[str]:
    """The files that are uploaded first, each once."""
    names = [file_name(stand.image) for stand in stands if isinstance(stand, Uploaded)]
    return list(dict.fromkeys(names))


def _python_body(send: Send) -> list[str]:
    if isinstance(send.body, FormBody):
        files = [
            f"    ({field!r}, ({file_name(image)!r}, Path({file_name(image)!r}).read_bytes(), "
            f"{f'image/{image.format}'!r})),"
            for field, image in send.body.files
        ]
        return [*_named("data", dict(send.body.fields)), "files=[", *files, "],"]
    return _named("json", _document(send)) if send.body else []


def _named(argument: str, value: object) -> list[str]:
    first, *rest = _literal(value)
    lines = [f"{argument}={first}", *rest]
    return [*lines[:-1], f"{lines[-1]},"]


def _literal(value: object) -> list[str]:
    """A value as lines of Python source."""
    match value:
        case DataUri():
            return [f"data_uri({file_name(value.image)!r})"]
        case Uploaded():
            return [f"uploaded({file_name(value.image)!r})"]
        case dict() if value:
            return ["{", *_items([(f"{key!r}: ", item) for key, item in value.items()]), "}"]
        case list() | tuple() if value:
            return ["[", *_items([("", item) for item in value]), "]"]
        case _:
            return [repr(value)]


def _items(items: list[tuple[str, object]]) -> list[str]:
    lines: list[str] = []
    for lead, item in items:
        first, *rest = _literal(item)
        block = [lead + first, *rest]
        lines += [f"    {line}" for line in [*block[:-1], f"{block[-1]},"]]
    return lines


def _curl_form(body: FormBody) -> list[str]:
    # --form-string: a prompt that begins with @ is no file.
    fields = [f"--form-string {shlex.quote(f'{k}={v}')}" for k, v in body.fields.items()]
    files = [
        f"-F {shlex.quote(f'{field}=@{file_name(image)};type=image/{image.format}')}"
        for field, image in body.files
    ]
    return [*fields, *files]


def _curl_json(document: object) -> tuple[str, str]:
    """What goes before curl, and the option that takes the body; images are coded on the way."""
    told = json.dumps(_marked(document), indent=1)
    pieces = _MARK.split(told)
    if len(pieces) == 1:
        return "", f"--data-raw {shlex.quote(told)}"
    # Piped, for an image is longer than a command line may be.
    return "{ " + " ".join(map(_piece, range(len(pieces)), pieces)) + " } | ", "--data-binary @-"


def _marked(value: object) -> object:
    """The document with each image as its file's name between two private-use characters."""
    match value:
        case DataUri():
            return f"\ue000{file_name(value.image)}\ue000"
        case Uploaded():
            return f"\ue000{variable(file_name(value.image))}\ue000"
        case dict():
            return {key: _marked(item) for key, item in value.items()}
        case list() | tuple():
            return [_marked(item) for item in value]
        case _:
            return value


def _piece(place: int, piece: str) -> str:
    """One part of the body as a shell command: text in even places, in odd ones a file or variable."""
    if place % 2 == 0:
        return f"printf %s {shlex.quote(piece)};"
    if "." not in piece:
        return f'printf %s "${piece}";'
    kind = piece.rpartition(".")[2]
    return f"printf %s 'data:image/{kind};base64,'; base64 < {piece} | tr -d '\\n';"
