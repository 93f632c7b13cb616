"""What is known of a JPEG without decoding it: where it begins and ends, and its size in pixels. Pure functions."""

from typing import Final

START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset(range(0xD0, 0xD8)) | {0x01}


def size_of(jpeg: bytes) -> tuple[int, int] | None:
    """(width, height) from the frame header, or None when these bytes are no JPEG."""
    if jpeg[:2] != START:
        return None
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            return None
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker in _SIZES:
            if at + 9 > len(jpeg):
                return None
            height = int.from_bytes(jpeg[at + 5 : at + 7], "big")
            width = int.from_bytes(jpeg[at + 7 : at + 9], "big")
            return (width, height) if width and height else None
        if marker == 0xDA or length < 2:  # the picture began without a frame header
            return None
        at += 2 + length
    return None


def split(data: bytes) -> list[bytes]:
    """The whole JPEGs of an MJPEG file, in order; what follows the last whole one is left out."""
    pictures = []
    start = data.find(START)
    while start >= 0:
        end = data.find(_END, start)
        following = data.find(START, start + 2)
        # Embedded thumbnails are not expected from cameras: the first end mark ends the picture.
        if end < 0:
            break
        pictures.append(data[start : end + 2])
        start = following if following > end else data.find(START, end + 2)
    return pictures
