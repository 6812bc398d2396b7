"""Content encodings undone piece by piece, so that a small answer cannot unpack into all memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
import zstandard

from digest.errors import FetchError, TooLarge

ACCEPTED = "gzip, deflate, br, zstd"

_PIECE = 1 << 18
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_LAYERS = 3


class Unpacker(Protocol):
    """Undoes one encoding; what it returns at once is never larger than `_PIECE`."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What these further bytes unpack to, in pieces."""
        ...

    def end(self) -> Iterator[bytes]:
        """What is left when the answer has ended."""
        ...


class Body:
    """Collects an answer's decoded bytes, and stops at a limit.

    What is gzip in the end is unpacked, whether the server calls it an encoding or not: a feed that
    is kept as `feed.xml.gz` is meant as a feed.

    Raises (from `feed` and `end`):
        TooLarge: there are more decoded bytes than `limit`.
        FetchError: the bytes are not what the encoding says.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._layers = [*_layers(encoding, limit), _Gzip()]
        self._limit = limit
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Take some bytes as they came off the wire."""
        self._take(self._through(0, data))

    def end(self) -> bytes:
        """The whole body, decoded."""
        for depth, layer in enumerate(self._layers):
            for piece in _careful(layer.end()):
                self._take(self._through(depth + 1, piece))
        return bytes(self._bytes)

    def _through(self, depth: int, data: bytes) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield data
            return
        for piece in _careful(self._layers[depth].feed(data)):
            yield from self._through(depth + 1, piece)

    def _take(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._bytes += piece
            if len(self._bytes) > self._limit:
                raise TooLarge(
                    f"the answer is larger than {self._limit:,} bytes once unpacked",
                    cure="If it should be, raise fetch.max_bytes.",
                )


def unzipped(body: bytes, limit: int) -> bytes:
    """The bytes as they are, or unpacked where they are gzip.

    Raises:
        TooLarge: they are more than `limit` bytes.
        FetchError: they are damaged.
    """
    if not body.startswith(_GZIP_MAGIC):
        return body
    whole = Body("", limit)
    whole.feed(body)
    return whole.end()


def _careful(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; damage in them is a FetchError."""
    try:
        yield from pieces
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as problem:
        raise FetchError(
            f"the answer's compression is damaged ({problem})",
            cure="It is asked again by itself; if that goes on, tell whoever runs the site.",
        ) from problem


def _layers(encoding: str, limit: int) -> list[Unpacker]:
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name not in {"identity", "none", "utf-8"}]
    if len(names) > _MOST_LAYERS:
        raise FetchError("the answer is packed more often than anything honest is")
    makers: dict[str, Callable[[], Unpacker]] = {
        "gzip": _Gzip,
        "x-gzip": _Gzip,
        "deflate": _Deflate,
        "br": _Brotli,
        "zstd": lambda: _Zstandard(limit),
    }
    unknown = [name for name in names if name not in makers]
    if unknown:
        raise FetchError(f"the answer is packed in a way that was not asked for: {unknown[0]!r}")
    # the encodings are listed in the order in which they were applied
    return [makers[name]() for name in reversed(names)]


def _inflate(engine: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while data and not engine.eof:
        piece = engine.decompress(data, _PIECE)
        data = engine.unconsumed_tail
        if piece:
            yield piece
        elif not data:
            return


class _Gzip:
    """gzip, also of several members; a body that is plain in spite of its header passes through."""

    def __init__(self) -> None:
        self._engine: zlib._Decompress | None = None
        self._members = 0
        self._head = b""
        self._plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, self._head = self._head + data, b""
        while data and not self._plain:
            engine = self._engine or self._member(data)
            if engine is None:
                break
            yield from _inflate(engine, data)
            if not engine.eof:
                return
            # zero bytes after a member are padding
            data, self._engine = engine.unused_data.lstrip(b"\0"), None
        if self._plain and not self._members:
            yield data

    def _member(self, data: bytes) -> zlib._Decompress | None:
        """Begin a member; none where too little has come, or what has come is not one."""
        if len(data) < len(_GZIP_MAGIC):
            self._head = data
            return None
        if not data.startswith(_GZIP_MAGIC):
            self._plain = True
            return None
        self._members += 1
        self._engine = zlib.decompressobj(31)
        return self._engine

    def end(self) -> Iterator[bytes]:
        if self._engine is not None:
            raise EOFError("it ends too early")
        yield b"" if self._members else self._head


class _Deflate:
    """deflate, in zlib's wrapping as the standard says or bare as some servers send it."""

    def __init__(self) -> None:
        self._engine: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._engine is None and data:
            # RFC 1950: the low four bits of the first byte are 8 in a zlib stream
            wrapped = data[0] & 0x0F == 8
            self._engine = zlib.decompressobj(15 if wrapped else -15)
        if self._engine is not None:
            yield from _inflate(self._engine, data)

    def end(self) -> Iterator[bytes]:
        if self._engine is not None and not self._engine.eof:
            raise EOFError("it ends too early")
        yield b""


class _Brotli:
    def __init__(self) -> None:
        self._engine = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = True
        piece = self._engine.process(data, output_buffer_limit=_PIECE)
        while piece or not self._engine.can_accept_more_data():
            yield piece
            piece = self._engine.process(b"", output_buffer_limit=_PIECE)

    def end(self) -> Iterator[bytes]:
        if self._begun and not self._engine.is_finished():
            raise EOFError("it ends too early")
        yield b""


class _Zstandard:
    """zstd. Its incremental form bounds no output, so the packed bytes are collected first."""

    def __init__(self, limit: int) -> None:
        self._packed = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._packed += data
        if len(self._packed) > self._limit:
            raise TooLarge(f"the answer is larger than {self._limit:,} bytes")
        yield b""

    def end(self) -> Iterator[bytes]:
        # RFC 8878 recommends 8 MiB as the largest window that a decoder must support
        engine = zstandard.ZstdDecompressor(max_window_size=1 << 23)
        with engine.stream_reader(io.BytesIO(self._packed), read_across_frames=True) as reader:
            while piece := reader.read(_PIECE):
                yield piece
