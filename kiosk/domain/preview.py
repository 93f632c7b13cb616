"""Layout of the preview file: how live pictures reach the screens without passing through any queue.

A 0600 file in the runtime folder, memory-mapped by both sides: a header and two slots. The writer fills the
slot that is not the newest, then its header. A slot's sequence number is odd while it is being written, so
a reader copies the slot and takes it only if the number was even and the same before and after.
"""

import struct
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 360
CHANNELS: Final = 3
PICTURE_BYTES: Final = WIDTH * HEIGHT * CHANNELS
MAGIC: Final = b"KIOSKPV1"
HEADER: Final = struct.Struct("<8sI4x")  # magic, newest slot
SLOT: Final = struct.Struct("<QQ")  # sequence, t_ns of the picture
SLOT_BYTES: Final = SLOT.size + PICTURE_BYTES
FILE_BYTES: Final = HEADER.size + 2 * SLOT_BYTES


@dataclass(frozen=True, slots=True)
class PreviewPicture:
    """RGB, 8 bits, `HEIGHT` rows of `WIDTH`; `t_ns` is the arrival of the camera's picture."""

    t_ns: int
    rgb: bytes


class PreviewWriter:
    """The recorder's side. `buffer` is the mapped file, `FILE_BYTES` long."""

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._sequence = 0
        self._newest = 1
        HEADER.pack_into(buffer, 0, MAGIC, self._newest)

    def write(self, t_ns: int, rgb: bytes | memoryview) -> None:
        slot = 1 - self._newest
        at = HEADER.size + slot * SLOT_BYTES
        self._sequence += 2
        SLOT.pack_into(self._buffer, at, self._sequence - 1, t_ns)
        self._buffer[at + SLOT.size : at + SLOT_BYTES] = rgb
        SLOT.pack_into(self._buffer, at, self._sequence, t_ns)
        HEADER.pack_into(self._buffer, 0, MAGIC, slot)
        self._newest = slot


def read_newest(buffer: memoryview) -> PreviewPicture | None:
    """The newest whole picture, or None when there is none yet or the writer overtook the reader."""
    magic, newest = HEADER.unpack_from(buffer, 0)
    if magic != MAGIC or newest > 1:
        return None
    at = HEADER.size + newest * SLOT_BYTES
    before, t_ns = SLOT.unpack_from(buffer, at)
    rgb = bytes(buffer[at + SLOT.size : at + SLOT_BYTES])
    after, _ = SLOT.unpack_from(buffer, at)
    if before == 0 or before % 2 or before != after:
        return None
    return PreviewPicture(t_ns, rgb)
