"""A JPEG's planes by libjpeg-turbo, the quickest decoder there is, where the system has it, and its planes in RGB.

Only for what nearly every webcam sends: baseline 4:2:2 or 4:2:0 of the recording's own size. Everything else, and
every picture that this library doubts, is left to FFmpeg's decoder, which also decides what is damaged. The library
is called directly: its Python wrapper wants version 3, which no current Debian or Ubuntu carries.

Names and numbers are those of TurboJPEG's C API, version 2 (turbojpeg.h), which version 3 still has.
"""

import ctypes
import functools
import sys
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

import av
import numpy as np

from kiosk.encode import colour

LIBRARY: Final = {"linux": "libturbojpeg.so.0", "darwin": "libturbojpeg.dylib", "win32": "turbojpeg.dll"}
SAMP_444: Final = 0
SAMP_422: Final = 1
SAMP_420: Final = 2
CS_YCBCR: Final = 1
PF_RGB: Final = 0
STOP_ON_WARNING: Final = 8192
FAST_TRANSFORM: Final = 2048
"""A twelfth less work; what it rounds otherwise is 51 dB down, less than H.264 leaves out at our rate (44 dB)."""
DECODING: Final = STOP_ON_WARNING | FAST_TRANSFORM
_POINTERS: Final = ctypes.c_void_p * 3
_STRIDES: Final = ctypes.c_int * 3


class TurboDecoder:
    """Decodes JPEGs of one size, on one thread. Raises OSError when the system has no such library.

    Args:
        halve: brings the colour of a 4:2:2 picture to half its rows, as `colour.halve_rows` does.
    """

    def __init__(
        self, width: int, height: int, halve: Callable[[colour.Plane, colour.Plane], None] = colour.halve_rows
    ) -> None:
        self._halve = halve
        self._width, self._height = width, height
        self._library = _library()
        handle = self._library.tjInitDecompress()
        if not handle:
            raise OSError("libturbojpeg cannot decompress")
        self._handle = ctypes.c_void_p(handle)
        weakref.finalize(self, self._library.tjDestroy, self._handle)
        self._header = tuple(ctypes.c_int() for _ in range(4))
        self._header_at = [ctypes.byref(value) for value in self._header]
        self._colours = np.empty((2, height, width // 2), np.uint8)
        """Of a 4:2:2 picture, before its colour is halved."""
        self._colours_at = [colours.ctypes.data for colours in self._colours]
        self._pointers, self._strides = _POINTERS(), _STRIDES()

    def decode(self, data: bytes) -> av.VideoFrame | None:
        """A new picture in the recording's format; None when it is for somebody else to decode."""
        sampling = self._sampling(data)
        if sampling not in {SAMP_422, SAMP_420}:
            return None
        picture = av.VideoFrame(self._width, self._height, colour.PIXEL_FORMAT)
        planes: Any = picture.planes
        pointers, strides = self._pointers, self._strides
        pointers[0], strides[0] = planes[0].buffer_ptr, planes[0].line_size
        if sampling == SAMP_420:
            pointers[1], pointers[2] = planes[1].buffer_ptr, planes[2].buffer_ptr
            strides[1], strides[2] = planes[1].line_size, planes[2].line_size
        else:
            pointers[1], pointers[2] = self._colours_at
            strides[1] = strides[2] = self._width // 2
        if self._library.tjDecompressToYUVPlanes(
            self._handle, data, len(data), pointers, self._width, strides, self._height, DECODING
        ):
            return None
        if sampling == SAMP_422:
            for colours, plane in zip(self._colours, planes[1:], strict=True):
                self._halve(colours, colour.view(plane))
        return colour.tag(picture)

    def _sampling(self, data: bytes) -> int:
        """How the colour is sampled; -1 when size or colours are others than the recording's."""
        if self._library.tjDecompressHeader3(self._handle, data, len(data), *self._header_at):
            return -1
        width, height, sampling, space = (value.value for value in self._header)
        return sampling if (width, height, space) == (self._width, self._height, CS_YCBCR) else -1


class TurboColours:
    """Turns planes of one size, with colour for every point, to RGB. One thread.

    Raises OSError when the system has no such library.
    """

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._library = _library()
        handle = self._library.tjInitDecompress()
        if not handle:
            raise OSError("libturbojpeg cannot turn colours")
        self._handle = ctypes.c_void_p(handle)
        weakref.finalize(self, self._library.tjDestroy, self._handle)
        room = bytearray(width * height * 3)
        self._picture = memoryview(room).toreadonly()
        self._target = (ctypes.c_ubyte * len(room)).from_buffer(room)

    def rgb(self, planes: Sequence[Any]) -> memoryview:
        """Red first, without padding; good until the next call.

        `planes`: PyAV's of Y, Cb, Cr as JPEG has them, each of full size.
        Raises RuntimeError when the library refuses them.
        """
        pointers = _POINTERS(*(plane.buffer_ptr for plane in planes))
        strides = _STRIDES(*(plane.line_size for plane in planes))
        if self._library.tjDecodeYUVPlanes(
            self._handle, pointers, strides, SAMP_444, self._target, self._width, 0, self._height, PF_RGB, 0
        ):
            raise RuntimeError("libturbojpeg does not turn these colours")
        return self._picture


@functools.cache
def _library() -> Any:
    library = ctypes.CDLL(LIBRARY.get(sys.platform, LIBRARY["linux"]))
    library.tjInitDecompress.restype = ctypes.c_void_p
    library.tjDestroy.argtypes = [ctypes.c_void_p]
    number = ctypes.POINTER(ctypes.c_int)
    source: list[Any] = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_ulong]
    library.tjDecompressHeader3.argtypes = [*source, number, number, number, number]
    library.tjDecompressToYUVPlanes.argtypes = [
        *source, ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, number, ctypes.c_int, ctypes.c_int,
    ]  # fmt: skip
    library.tjDecodeYUVPlanes.argtypes = [
        ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), number, ctypes.c_int, ctypes.c_void_p,
        ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int,
    ]  # fmt: skip
    return library
