"""A camera's picture → the recording's format, by the shortest way: JPEG straight to YUV, never through BGR.

Never guesses at a damaged picture: half a JPEG is refused, so that the caller keeps the last good one.
"""

import contextlib
from collections.abc import Callable
from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange

from kiosk.domain.devices import CameraFrame
from kiosk.domain.errors import WorldFailed
from kiosk.encode.colour import Conformer, Plane, halve_rows
from kiosk.encode.turbo import TurboDecoder

START_OF_IMAGE: Final = b"\xff\xd8"


class PictureDamaged(WorldFailed):
    """A picture came truncated or not decodable; the next one may be whole."""

    code = "picture-damaged"


class PictureDecoder:
    """Decodes one camera's pictures, one after the other, on one thread. Sizes are those of the recording.

    Args:
        turbo: lets libjpeg-turbo do what it can where the system has it: a fifth less work than FFmpeg's decoder.
        halve: as in `TurboDecoder`.
    """

    def __init__(
        self,
        width: int = 1280,
        height: int = 720,
        *,
        turbo: bool = True,
        halve: Callable[[Plane, Plane], None] = halve_rows,
    ) -> None:
        self._conformer = Conformer(width, height)
        self._codec = _mjpeg()
        self._turbo: TurboDecoder | None = None
        if turbo:
            with contextlib.suppress(OSError):
                self._turbo = TurboDecoder(width, height, halve)

    def decode(self, frame: CameraFrame) -> av.VideoFrame:
        """A new picture, 4:2:0 in full range, that the caller owns and may draw on.

        Raises PictureDamaged.
        """
        try:
            if isinstance(frame.data, np.ndarray):
                raw = _from_yuyv(frame.data) if frame.encoding == "yuyv" else _from_bgr(frame.data)
                return self._conformer.conform(raw)
            quick = self._turbo.decode(frame.data) if self._turbo is not None else None
            return quick or self._conformer.conform(self._from_jpeg(frame.data))
        except (av.FFmpegError, ValueError) as error:
            raise PictureDamaged("The camera handed over a damaged picture.") from error

    def _from_jpeg(self, data: bytes) -> av.VideoFrame:
        if not data.startswith(START_OF_IMAGE):
            raise ValueError("does not begin as a JPEG does")
        decoded = self._codec.decode(av.Packet(data))
        if len(decoded) != 1 or decoded[0].is_corrupt:
            raise ValueError("no whole picture")
        return decoded[0]


def _mjpeg() -> "av.VideoCodecContext":
    codec = av.VideoCodecContext.create("mjpeg", "r")
    codec.thread_count = 1
    codec.options = {"err_detect": "explode"}  # by default half a picture is decoded to grey, without an error
    return codec


def _from_yuyv(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> av.VideoFrame:
    if pixels.ndim != 3 or pixels.shape[2] != 2 or pixels.dtype != np.uint8 or 0 in pixels.shape or pixels.shape[1] % 2:
        raise ValueError("not a picture of two bytes a point")
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "yuyv422")
    frame.color_range = ColorRange.MPEG
    return frame


def _from_bgr(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> av.VideoFrame:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ValueError("not a picture of three bytes a point")
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "bgr24")
