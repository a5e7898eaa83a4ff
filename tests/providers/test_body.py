from __future__ import annotations

import json

import pytest

from imagelab.domain.request import Input
from imagelab.providers.body import DataUri, JsonBody, Uploaded, uploads

FOX = Input("a" * 64, "input", b"fox", "png", 8, 8)
ADDRESS = "https://files.example/u/7.png?signature=s"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://hooks.example/x?token=hunter2", "https://hooks.example/x?…"),
        ("http://127.0.0.1:8000/a?b=c?d", "http://127.0.0.1:8000/a?…"),
        ("https://hooks.example/x", "https://hooks.example/x"),
        ("what is at https://a.example/?b=c now?", "what is at https://a.example/?b=c now?"),
        ("is it a fox?", "is it a fox?"),
    ],
)
def test_a_record_has_of_an_address_what_does_not_open_it(said: str, kept: str) -> None:
    body = JsonBody({"list": [{"url": said}]})

    assert json.loads(body.record()) == {"list": [{"url": kept}]}
    assert json.loads(body.content()[1]) == {"list": [{"url": said}]}


def test_an_upload_is_sent_as_its_address_and_recorded_with_its_hash() -> None:
    body = JsonBody({"images": [Uploaded(FOX, ADDRESS), DataUri(FOX)]})

    assert json.loads(body.content()[1])["images"][0] == ADDRESS
    assert uploads(body.record()) == {FOX.sha256: ADDRESS}


@pytest.mark.parametrize("record", ["", "null", "{}", '{"a":["sha256:abc at x",7,null]}'])
def test_a_record_without_uploads_names_none(record: str) -> None:
    assert uploads(record) == {}
