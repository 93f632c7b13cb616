"""Reads a film and its index file as one fragmented MP4. What these are: `fragment_index`, which makes the index.

Never writes, and knows no box: it puts pieces of two files one after another.
"""

import io
import struct
from bisect import bisect_right
from typing import BinaryIO, Final

from kiosk.domain.errors import BadRequest

MAGIC: Final = b"kioskfr1"
START: Final = struct.Struct(">8sQQI")
"""Magic, bytes of the film, bytes as fragments, pieces; then of each piece where it begins and where it is from."""
OWN: Final = 1 << 63
"""Set in where a piece is from when that is the index file itself."""


class Fragmented:
    """Film and index file as one file for reading; both are closed with it.

    Raises BadRequest when they do not belong together, OSError when the film is cut off.
    """

    def __init__(self, film: BinaryIO, index: BinaryIO) -> None:
        self._film, self._index = film, index
        start = index.read(START.size)
        if len(start) < START.size or not start.startswith(MAGIC):
            raise BadRequest("This is no index of a film.")
        _, film_size, self.size, count = START.unpack(start)
        table = index.read(16 * count)
        if len(table) < 16 * count or film.seek(0, io.SEEK_END) != film_size:
            raise BadRequest("This index is not of this film.")
        numbers = struct.unpack(f">{2 * count}Q", table)
        self._starts, self._sources = numbers[::2], numbers[1::2]
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """Less than `count` bytes at the end only."""
        left = max(0, self.size - self._at)
        left = left if count < 0 else min(left, count)
        found = bytearray()
        number = bisect_right(self._starts, self._at) - 1
        while left > 0:
            start, source = self._starts[number], self._sources[number]
            end = self._starts[number + 1] if number + 1 < len(self._starts) else self.size
            file = self._index if source & OWN else self._film
            file.seek((source & ~OWN) + self._at - start)
            data = file.read(min(left, end - self._at))
            if not data:
                raise OSError("The film is shorter than its index says.")
            found += data
            self._at += len(data)
            left -= len(data)
            number += self._at >= end
        return bytes(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._film.close()
        self._index.close()
