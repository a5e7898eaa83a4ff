"""Images are taken in every form one has them in; what is none never leaves the machine."""

from __future__ import annotations

import base64
import io
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imagelab.errors import InputImageError, RequestError
from imagelab.imaging import accept
from imagelab.imaging.accept import read_image
from imagelab.imaging.decode import decode


def png(size: tuple[int, int] = (6, 4), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(file, "PNG")
    return file.getvalue()


class Array:
    """What NumPy shows of an array; strided, as a slice of one is."""

    def __init__(self, shape: tuple[int, ...], kind: str, data: bytes) -> None:
        self.data = data
        self.__array_interface__: dict[str, Any] = {
            "shape": shape,
            "typestr": kind,
            "strides": (1,) * len(shape),
            "version": 3,
        }

    def tobytes(self) -> bytes:
        return self.data


@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_bytes_come_back_untouched(form: Any) -> None:
    data = png() + b"kept too"

    assert read_image(form(data)) == data


@pytest.mark.parametrize("form", [str, Path])
def test_a_path_gives_the_bytes_of_its_file(form: Any, tmp_path: Path) -> None:
    path = tmp_path / "grüße.jpeg"  # and the name is not believed
    path.write_bytes(png())

    assert read_image(form(path)) == png()


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "cat.png").write_bytes(png())

    assert read_image("~/cat.png") == png()


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(png())
    (tmp_path / "link").symlink_to("cat.png")

    assert read_image(tmp_path / "link") == png()


def test_a_data_uri_is_taken() -> None:
    coded = base64.b64encode(png()).decode()

    assert read_image(f"DATA:image/PNG;base64,{coded}") == png()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_pil_image_becomes_a_png_of_the_same_pixels(mode: str) -> None:
    image = Image.linear_gradient("L").convert(mode)

    decoded = decode(read_image(image))

    assert (decoded.mode, decoded.tobytes()) == (mode, image.tobytes())


@pytest.mark.parametrize(("mode", "nearest"), [("CMYK", "RGB"), ("YCbCr", "RGB"), ("RGBa", "RGBA")])
def test_a_mode_that_png_lacks_becomes_the_nearest(mode: str, nearest: str) -> None:
    assert decode(read_image(Image.new(mode, (5, 5)))).mode == nearest


@pytest.mark.parametrize(
    ("shape", "kind", "mode"),
    [
        ((2, 3), "|u1", "L"),
        ((2, 3), "|b1", "1"),
        ((2, 3, 2), "|u1", "LA"),
        ((2, 3, 3), "|u1", "RGB"),
        ((2, 3, 4), "|u1", "RGBA"),
    ],
)
def test_an_array_is_height_by_width(shape: tuple[int, ...], kind: str, mode: str) -> None:
    decoded = decode(read_image(Array(shape, kind, bytes(24))))

    assert (decoded.mode, decoded.size) == (mode, (3, 2))


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((2, 3, 3), "<f4"),
        ((2, 3), "<f8"),
        ((2, 3), "<u2"),
        ((2, 3, 3), "|b1"),
        ((3, 2, 5), "|u1"),
        ((1, 2, 3, 3), "|u1"),
        ((6,), "|u1"),
        ((), "|u1"),
        ((0, 3), "|u1"),
    ],
)
def test_an_array_that_leaves_a_doubt_is_refused(shape: tuple[int, ...], kind: str) -> None:
    with pytest.raises(
        InputImageError, match=r"an array of shape .* is not an image; uint8 or bool"
    ):
        read_image(Array(shape, kind, bytes(600)))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_pil_image_without_a_white_is_refused(mode: str) -> None:
    with pytest.raises(InputImageError, match=f"mode '{mode}' does not say what is white"):
        read_image(Image.new(mode, (4, 4)))


@pytest.mark.parametrize("size", [(0, 4), (10_000, 9_000)])
def test_a_pil_image_of_no_or_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InputImageError, match=f"{size[0]}×{size[1]} pixels is not taken"):
        read_image(Image.new("1", size))


def test_a_pil_image_whose_file_is_cut_off_is_refused() -> None:
    image = Image.open(io.BytesIO(png((64, 64))[:-60]))

    with pytest.raises(InputImageError, match="the PIL image cannot be read: "):
        read_image(image)


def test_a_text_file_is_named_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my key is hunter2")

    with pytest.raises(InputImageError, match=r"^'notes.txt' is text, not an image \(17") as said:
        read_image(path)

    assert "hunter2" not in str(said.value)
    assert str(said.value).endswith("PNG, JPEG and WebP are taken")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"<html></html>", "HTML, not an image"),
        (b"<svg/>", "an SVG"),
        (png()[:50], "a damaged PNG"),
        (png()[:20], "a PNG whose header is cut off"),
    ],
)
def test_what_only_has_the_name_of_a_png_is_refused(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(data)

    with pytest.raises(InputImageError, match=f"^'cat.png' is {kind}"):
        read_image(path)


@pytest.mark.parametrize("form", [str, Path])
def test_a_missing_file_is_said(form: Any, tmp_path: Path) -> None:
    with pytest.raises(
        InputImageError, match=r"there is no file '.*nothing\.png'; a str is a path"
    ):
        read_image(form(tmp_path / "nothing.png"))


def test_bare_base64_is_not_guessed_and_not_repeated() -> None:
    coded = base64.b64encode(png((200, 200))).decode()

    with pytest.raises(InputImageError, match="never bare base64") as said:
        read_image(coded)

    assert len(str(said.value)) < 200


@pytest.mark.parametrize("path", ["a\0b.png", "cat\udcff\0.png", "~nobody-of-this-name/cat.png"])
def test_a_path_that_no_system_takes_is_refused(path: str) -> None:
    with pytest.raises(InputImageError, match=r"cannot be read|there is no file"):
        read_image(path)


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")

    with pytest.raises(InputImageError, match=r"'a\.png' cannot be read"):
        read_image(tmp_path / "a.png")


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to("pipe.png")

    with pytest.raises(InputImageError, match=r"'link\.png' is a pipe, socket or device"):
        read_image(tmp_path / "link.png")


def test_a_pipe_put_in_place_of_the_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")

    with pytest.raises(InputImageError, match=r"cat\.png is a pipe, socket or device"):
        accept._contents(tmp_path / "pipe.png", "cat.png")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket may have about 100 characters

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.png")
        with pytest.raises(InputImageError, match=r"'s\.png' is a pipe, socket or device"):
            read_image("s.png")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "folder"), (".", "folder"), ("/dev/zero", "pipe, socket or device")],
)
def test_a_folder_or_device_is_refused(path: str, kind: str) -> None:
    with pytest.raises(InputImageError, match=f"is a {kind}; give the path of"):
        read_image(path)


def test_a_file_over_50_mb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(50_000_001)

    with pytest.raises(
        InputImageError, match=r"'large\.png' has 50,000,001 bytes; at most 50,000,000"
    ):
        read_image(path)


def test_bytes_over_50_mb_are_refused() -> None:
    with pytest.raises(InputImageError, match="what was given as bytes has 50,000,001 bytes"):
        read_image(bytes(50_000_001))


@pytest.mark.parametrize(
    "uri",
    [
        "data:text/plain;base64,aGk=",
        "data:image/svg+xml,<svg/>",
        "data:image/png,%89PNG",
        "data:,",
        "data:image/png;charset=x",
    ],
)
def test_other_data_uris_are_refused(uri: str) -> None:
    with pytest.raises(
        InputImageError, match="is not a data URI of an image; data:image/png;base64,…"
    ):
        read_image(uri)


@pytest.mark.parametrize("coded", ["iVBOR", "iVB ORw==", "iVBORw==\n", "aGk=aGk=", "%69VBOR", "é"])
def test_base64_is_read_strictly(coded: str) -> None:
    with pytest.raises(InputImageError, match="does not hold valid base64"):
        read_image(f"data:image/png;base64,{coded}")


def test_an_svg_in_a_data_uri_is_named() -> None:
    coded = base64.b64encode(b"<svg/>").decode()

    with pytest.raises(InputImageError, match="what the data URI holds is an SVG"):
        read_image(f"data:image/svg+xml;base64,{coded}")


@pytest.mark.parametrize("scheme", ["https", "HTTP"])
def test_an_address_is_the_labs_affair_and_its_signature_is_not_repeated(scheme: str) -> None:
    with pytest.raises(RequestError, match=r"cat\.png' is an address, which is fetched") as said:
        read_image(f"{scheme}://example.com/cat.png?signature=hunter2")

    assert "hunter2" not in str(said.value)


@pytest.mark.parametrize("source", [None, 7, 2.5, ["cat.png"], {"a": 1}])
def test_what_is_no_form_of_an_image_is_refused(source: object) -> None:
    with pytest.raises(InputImageError, match=f"^{type(source).__name__} is not an image; a path"):
        read_image(source)
