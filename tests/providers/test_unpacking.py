from __future__ import annotations

import gzip
import tracemalloc
import zlib

import httpx
import pytest

from imagelab.providers.download import download
from imagelab.providers.steps import Fetched
from imagelab.providers.unpacking import PIECE_BYTES, RATIO, BombError, unpacker
from imagelab.providers.wire import Wire
from tests.providers.vendor import Vendor, says

JSON = b'{"data": [{"b64_json": "iVBORw0KGgo"}]}' * 2000


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(JSON)),
        (" X-GZIP", gzip.compress(JSON)),
        ("deflate", zlib.compress(JSON)),
        ("", JSON),
        ("identity", JSON),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_a_body_is_what_was_packed_however_it_is_cut(coding: str, packed: bytes, step: int) -> None:
    unpack = unpacker(coding)

    pieces = [part for at in range(0, len(packed), step) for part in unpack(packed[at : at + step])]

    assert b"".join(pieces) == JSON


def test_a_bomb_is_given_up_after_a_megabyte_and_never_unfolds_whole() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    tracemalloc.start()

    with pytest.raises(BombError, match="unfolds to more than 200 times"):
        sum(len(part) for part in unpacker("gzip")(bomb))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 4 * PIECE_BYTES


def test_a_page_that_repeats_itself_is_no_bomb() -> None:
    page = b"<p>the same line again, and again</p>\n" * 20_000
    packed = gzip.compress(page)

    assert b"".join(unpacker("gzip")(packed)) == page
    assert len(page) < RATIO * len(packed) + 1_000_000


def test_what_is_not_packed_as_it_says_is_told() -> None:
    with pytest.raises(httpx.DecodingError, match="incorrect header check"):
        [*unpacker("gzip")(b"pixels")]


@pytest.mark.anyio
@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "gzip,identity"])
async def test_what_nobody_asked_for_is_kept_as_it_came(
    wire: Wire, vendor: Vendor, coding: str
) -> None:
    packed = gzip.compress(gzip.compress(bytes(10_000_000)))
    vendor.answers = [says(200, packed, {"content-encoding": coding})]

    assert await download(wire, vendor.url) == Fetched(packed)
