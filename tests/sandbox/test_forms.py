from __future__ import annotations

import httpx
import pytest
from hypothesis import given, settings, strategies as st

from imagelab.sandbox.forms import parts

NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_[]", min_size=1)


@given(st.dictionaries(NAMES, st.text()), st.lists(st.binary(), max_size=3))
@settings(deadline=None, max_examples=50)
def test_what_httpx_writes_is_read_back(fields: dict[str, str], files: list[bytes]) -> None:
    named = [("image[]", (f"{i}.png", data, "image/png")) for i, data in enumerate(files)]
    form = [*named, ("mask", ("m.png", b"mask", "image/png"))]
    request = httpx.Request("POST", "https://example.org", data=fields, files=form)

    given_parts = parts(request.headers["content-type"], request.read())

    plain = {part.name: part.content.decode() for part in given_parts if part.filename is None}
    images = [part.content for part in given_parts if part.name == "image[]" and part.filename]
    assert plain == fields
    assert images == files


def test_a_form_that_ends_early_is_refused() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n2'

    with pytest.raises(ValueError, match="does not begin and end with its boundary"):
        parts("multipart/form-data; boundary=x", body)


def test_a_form_without_a_boundary_is_refused() -> None:
    with pytest.raises(ValueError, match="not multipart/form-data with a boundary"):
        parts("multipart/form-data", b"")


def test_a_part_without_a_name_is_refused() -> None:
    body = b"--x\r\nContent-Type: text/plain\r\n\r\n2\r\n--x--\r\n"

    with pytest.raises(ValueError, match="a part has no name"):
        parts("multipart/form-data; boundary=x", body)
