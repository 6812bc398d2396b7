"""Pictures of few colours as PNG, the same bytes on every machine.

The libraries that compress for others differ from one to the next, and from one processor to
another. This writes DEFLATE (RFC 1951) with its fixed codes and no matches but runs, which flat
colours need no more than.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

_RUN = re.compile(rb"(.)\1{3,258}", re.DOTALL)

# The first length of each length code from 257 on, and its extra bits: RFC 1951, 3.2.5.
_LENGTHS = (
    *((3 + step, 0) for step in range(8)),
    *((11 + 2 * step, 1) for step in range(4)),
    *((19 + 4 * step, 2) for step in range(4)),
    *((35 + 8 * step, 3) for step in range(4)),
    *((67 + 16 * step, 4) for step in range(4)),
    *((131 + 32 * step, 5) for step in range(4)),
)


def png(pixels: Any, palette: Sequence[tuple[int, int, int]]) -> bytes:
    """A picture of at most 256 colours.

    Args:
        pixels: A NumPy array of bytes, a row for each line of the picture: places in the palette.
        palette: Red, green and blue of each colour, 0 to 255.
    """
    import numpy as np

    height, width = pixels.shape
    above = np.vstack([np.zeros((1, width), np.uint8), pixels[:-1]])
    rows = np.empty((height, width + 1), np.uint8)
    rows[:, 0] = 2  # each row as its difference from the one above it
    rows[:, 1:] = pixels - above
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", colours),
        (b"IDAT", _zlib([bytes(row) for row in rows])),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _zlib(rows: Sequence[bytes]) -> bytes:
    coded = {row: "".join(_coded(row)) for row in set(rows)}  # most rows are empty
    bits = "".join(["110", *(coded[row] for row in rows), _codes()[256]])  # one block, the last
    packed = int(bits[::-1], 2).to_bytes((len(bits) + 7) // 8, "little")
    return b"\x78\x01" + packed + struct.pack(">I", zlib.adler32(b"".join(rows)))


def _coded(data: bytes) -> Iterator[str]:
    """The bits of a row, first bit first."""
    codes, place = _codes(), 0
    for run in _RUN.finditer(data):
        yield from map(codes.__getitem__, data[place : run.start() + 1])
        yield _length(run.end() - run.start() - 1)
        place = run.end()
    yield from map(codes.__getitem__, data[place:])


@cache
def _codes() -> tuple[str, ...]:
    """The fixed codes: RFC 1951, 3.2.6."""
    ranges = ((144, 0b00110000, 8), (112, 0b110010000, 9), (24, 0, 7), (8, 0b11000000, 8))
    return tuple(
        format(first + step, f"0{bits}b") for count, first, bits in ranges for step in range(count)
    )


@cache
def _length(length: int) -> str:
    """A repetition of the last byte, 3 to 258 times: the code, its extra bits, a distance of 1."""
    if length == 258:
        return _codes()[285] + "00000"
    code = max(at for at, (first, _) in enumerate(_LENGTHS) if first <= length)
    first, extra = _LENGTHS[code]
    more = format(length - first, f"0{extra}b")[::-1] if extra else ""
    return _codes()[257 + code] + more + "00000"
