"""The recording's one picture format: 4:2:0, full range, BT.601 matrix, as a camera's JPEG has it.

JPEG fixes matrix and range (ITU-T T.871); what lies in it is sRGB: BT.709 primaries and the sRGB curve. These
four are written into every recording, so that players need not guess. Never changes a picture's proportions.
"""

from typing import Any, Final, TypeAlias

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

PIXEL_FORMAT: Final = "yuvj420p"
RANGE: Final = int(ColorRange.JPEG)
MATRIX: Final = 6  # AVCOL_SPC_SMPTE170M, which is BT.601
PRIMARIES: Final = int(ColorPrimaries.BT709)
CURVE: Final = int(ColorTrc.IEC61966_2_1)

Plane: TypeAlias = NDArray[np.uint8]


def view(plane: Any) -> Plane:
    """A writable view of one plane's rows: (height, width), without the padding of its lines."""
    return np.ndarray((plane.height, plane.width), np.uint8, plane, strides=(plane.line_size, 1))


def planes(frame: av.VideoFrame) -> list[Plane]:
    """Writable views of a planar picture's planes."""
    return [view(plane) for plane in frame.planes]


def tag(frame: av.VideoFrame) -> av.VideoFrame:
    """Writes onto the picture what its numbers mean."""
    frame.color_range, frame.colorspace = RANGE, MATRIX
    frame.color_primaries, frame.color_trc = PRIMARIES, CURVE
    return frame


def black(width: int, height: int) -> av.VideoFrame:
    """A black picture in the recording's format."""
    frame = av.VideoFrame(width, height, PIXEL_FORMAT)
    for number, plane in enumerate(planes(frame)):
        plane[:] = 128 if number else 0
    return tag(frame)


def duplicate(frame: av.VideoFrame) -> av.VideoFrame:
    """A copy of a picture in the recording's format, for drawing on."""
    copy = av.VideoFrame(frame.width, frame.height, PIXEL_FORMAT)
    for source, target in zip(planes(frame), planes(copy), strict=True):
        target[:] = source
    return tag(copy)


class Conformer:
    """Brings pictures to the recording's format and size; what does not fit its shape gets black bars.

    One per source: it keeps the scaler's tables for the last kind of picture. Not for several threads.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._reformatter = VideoReformatter()

    def conform(self, frame: av.VideoFrame) -> av.VideoFrame:
        """A picture in the recording's format, for which `frame` is used up: it may be the same, or lie in its memory.

        Raises ValueError (FFmpegError) when the scaler does not take the picture.
        """
        if (frame.width, frame.height, frame.format.name) == (self.width, self.height, PIXEL_FORMAT):
            return tag(frame)
        if (frame.width, frame.height, frame.format.name) == (self.width, self.height, "yuvj422p"):
            return _halve_colour(frame)
        scale = min(self.width / frame.width, self.height / frame.height)
        # Even sizes and places, because one sample of colour covers two by two points.
        width = min(self.width, max(2, round(frame.width * scale / 2) * 2))
        height = min(self.height, max(2, round(frame.height * scale / 2) * 2))
        full = frame.color_range != ColorRange.MPEG
        fitted = self._reformatter.reformat(
            frame,
            width,
            height,
            PIXEL_FORMAT,
            src_colorspace=Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU601,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA if scale <= 1 else Interpolation.BICUBIC,
            threads=1,
        )
        if (width, height) == (self.width, self.height):
            return tag(fitted)
        framed = black(self.width, self.height)
        left, top = (self.width - width) // 4 * 2, (self.height - height) // 4 * 2
        for number, (source, target) in enumerate(zip(planes(fitted), planes(framed), strict=True)):
            x, y = (left // 2, top // 2) if number else (left, top)
            target[y : y + source.shape[0], x : x + source.shape[1]] = source
        return framed


def _halve_colour(frame: av.VideoFrame) -> av.VideoFrame:
    """4:2:2 → 4:2:0: each sample of colour is the mean of the two above each other, which is where 4:2:0 has it.

    It is what many webcams send. Nothing is copied: the new picture lies in the old one's memory, its colour in every
    second line, so the old one must not be used any more.
    """
    luma, *colours = planes(frame)
    for colour in colours:
        halve_rows(colour, colour[0::2])
    return tag(av.VideoFrame.from_dlpack([luma, *(colour[0::2] for colour in colours)], format=PIXEL_FORMAT))


def halve_rows(colour: Plane, target: Plane) -> None:
    """Writes the mean of every two rows, rounded up, into `target`, which may be every second row of `colour` itself.

    `colour` is used up.
    """
    upper, lower = colour[0::2], colour[1::2]
    np.bitwise_xor(upper, lower, out=upper)  # in place, and without a wider type: (a | b) - ((a ^ b) >> 1)
    np.bitwise_or(upper, lower, out=lower)
    np.right_shift(upper, 1, out=upper)
    np.subtract(lower, upper, out=target)
