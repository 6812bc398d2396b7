"""Content encodings are undone exactly, and never beyond the limit."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import assume, given
from hypothesis import strategies as st

from digest.errors import FetchError, TooLarge
from digest.fetch.unpack import Body, unzipped


def _bare(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


PACKERS = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def _unpack(encoding: str, packed: bytes, step: int = 7, limit: int = 1 << 20) -> bytes:
    body = Body(encoding, limit)
    for start in range(0, len(packed), step):
        body.feed(packed[start : start + step])
    return body.end()


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=5000), st.integers(1, 999))
def test_what_was_packed_comes_back(encoding: str, data: bytes, step: int) -> None:
    assume(not data.startswith(b"\x1f\x8b"))  # the beginning of gzip, which is unpacked too
    assert _unpack(encoding, PACKERS[encoding](data), step) == data


def test_deflate_without_its_wrapping_and_several_layers() -> None:
    assert _unpack("deflate", _bare(b"bare" * 99)) == b"bare" * 99
    assert _unpack("deflate, gzip", gzip.compress(zlib.compress(b"two"))) == b"two"


@given(st.lists(st.binary(max_size=200), max_size=4), st.integers(0, 3), st.integers(1, 50))
def test_gzip_of_several_members_with_padding(parts: list[bytes], pad: int, step: int) -> None:
    assume(not b"".join(parts).startswith(b"\x1f\x8b"))  # which is unpacked too
    packed = b"".join(map(gzip.compress, parts)) + b"\0" * pad
    assert _unpack("gzip", packed, step) == b"".join(parts) or not parts


def test_gzip_that_nobody_calls_so_is_unpacked_within_the_limit() -> None:
    packed = gzip.compress(b"<rss/>" * 1000)
    assert _unpack("", packed) == _unpack("gzip", gzip.compress(packed)) == b"<rss/>" * 1000
    with pytest.raises(TooLarge):
        _unpack("", packed, limit=5000)
    assert unzipped(packed, 10_000) == b"<rss/>" * 1000
    assert unzipped(b"plain", 3) == b"plain"
    with pytest.raises(TooLarge):
        unzipped(packed, 5000)
    with pytest.raises(FetchError, match="damaged"):
        unzipped(packed[:-9], 10_000)


def test_plain_bytes_that_are_called_gzip() -> None:
    assert _unpack("gzip", b"<rss/>", step=1) == b"<rss/>"
    assert _unpack("gzip", b"", step=1) == b""
    assert _unpack("gzip", gzip.compress(b"a") + b"garbage") == b"a"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_stops_at_the_limit_with_little_memory(encoding: str) -> None:
    packed = PACKERS[encoding](b" " * 20_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="1,000,000 bytes"):
            _unpack(encoding, packed, step=65536, limit=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@given(data=st.binary(min_size=20, max_size=300), cut=st.integers(0, 299))
def test_damage_is_an_error_and_nothing_else(encoding: str, data: bytes, cut: int) -> None:
    packed = PACKERS[encoding](data)
    damaged = bytes([packed[0]]) + bytes(255 - byte for byte in packed[1 : cut + 1]) + packed[9:]
    try:
        _unpack(encoding, damaged)
    except FetchError:
        return


def test_what_ends_too_early_is_an_error() -> None:
    for encoding in ("gzip", "deflate", "br"):
        with pytest.raises(FetchError, match="damaged"):
            _unpack(encoding, PACKERS[encoding](b"words " * 500)[:-5])


def test_unknown_and_absurd_encodings_are_refused() -> None:
    with pytest.raises(FetchError, match="'compress'"):
        Body("compress", 10)
    with pytest.raises(FetchError, match="more often"):
        Body("gzip, gzip, gzip, gzip", 10)
