from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

import imagelab as il
from imagelab.errors import OffloadedError
from tests.catalog.originals import picture

STORE = "s3://pictures/lab one"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3, on loopback, with one bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    made = urllib.request.Request(f"{address}/pictures", method="PUT")
    urllib.request.urlopen(made).close()
    yield address
    server.stop()


@pytest.fixture(autouse=True)
def _reached(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _KEYS:
        monkeypatch.setenv(name, "CANARY-of-no-account")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)


@pytest.fixture
def fox(lab: il.Lab) -> il.Asset:
    return lab.add(picture(1).data)[0]


@pytest.fixture
def bucket() -> S3Store:
    return S3Store.from_url(STORE, client_options={"allow_http": True})


def name(asset: il.Asset) -> str:
    return f"{asset.sha256[:2]}/{asset.sha256}.png"


def test_originals_move_into_a_bucket_and_back(lab: il.Lab, fox: il.Asset, bucket: S3Store) -> None:
    data = fox.read()

    assert lab.offload(STORE).moved == 1
    assert bucket.get(name(fox)).bytes() == data == fox.read()
    assert lab.verify(deep=True).ok
    assert lab.offload(None).moved == 1
    bucket.delete(name(fox))
    assert fox.read() == data


def test_what_a_bucket_lost_or_altered_is_told(lab: il.Lab, fox: il.Asset, bucket: S3Store) -> None:
    data = fox.read()
    lab.offload(STORE)

    bucket.put(name(fox), data[::-1])
    with pytest.raises(OffloadedError, match="in s3://pictures/lab one was altered"):
        fox.read()
    bucket.put(name(fox), b"short")
    with pytest.raises(OffloadedError, match=r"has 5 bytes and had [\d,]+; put the object back"):
        fox.read()
    bucket.delete(name(fox))
    with pytest.raises(OffloadedError, match="is not there any more; put the object back"):
        fox.read()
    assert len(lab.verify(deep=True).missing) == 1


def test_a_bucket_that_is_not_there_is_told_and_nothing_is_moved(
    lab: il.Lab, fox: il.Asset
) -> None:
    with pytest.raises(OffloadedError, match=r"s3://nobody could not be written .NoSuchBucket: "):
        lab.offload("s3://nobody")
    assert fox.read()
    assert lab.verify(deep=True).ok


def test_a_server_that_does_not_answer_is_one_sentence(
    lab: il.Lab, fox: il.Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.offload(STORE)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    said = r"s3://pictures/lab one could not be read \(.*\); see to the network and to what AWS_"
    with pytest.raises(OffloadedError, match=said):
        fox.read()
    found = lab.verify(deep=True)
    assert (len(found.unreached), found.missing) == (1, ())
    assert fox.thumbnail


def test_no_credential_is_kept_in_the_catalog(lab: il.Lab, fox: il.Asset) -> None:
    lab.offload(STORE)
    path = lab._engine.catalog.path
    assert fox.read()
    lab.close()

    assert b"CANARY" not in path.read_bytes()
    assert STORE.encode() in path.read_bytes()
