"""The small picture for the screens: RGB, as cheap as it can be had. It is never recorded."""

import contextlib
from collections.abc import Callable

import av
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from kiosk.domain.preview import CHANNELS, HEIGHT, WIDTH
from kiosk.encode.colour import Plane, view
from kiosk.encode.turbo import TurboColours


class PreviewScaler:
    """Scales the recording's pictures down. One thread.

    Args:
        turbo: lets libjpeg-turbo turn the colours where the system has it: half the work of FFmpeg's scaler.
        quarter: writes the mean of every four points in a square into a plane of half the height and width; without
            it FFmpeg's scaler does that.
    """

    def __init__(self, *, turbo: bool = True, quarter: Callable[[Plane, Plane], None] | None = None) -> None:
        self._quarter = quarter
        self._grey = av.VideoFrame(WIDTH, HEIGHT, "gray")
        self._reformatter = VideoReformatter()
        self._turbo: TurboColours | None = None
        if turbo:
            with contextlib.suppress(OSError):
                self._turbo = TurboColours(WIDTH, HEIGHT)

    def scale(self, frame: av.VideoFrame) -> memoryview:
        """`HEIGHT` rows of `WIDTH` points, red first, without padding. `frame` is in the recording's format.

        The points are good until the next call. Averaging costs the same as "fast bilinear" here and does not flicker.
        """
        if self._turbo is not None and (frame.width, frame.height) == (2 * WIDTH, 2 * HEIGHT):
            # Of 4:2:0 only the brightness has to be made smaller: colour has the preview's size already.
            luma, *colours = frame.planes
            if self._quarter is None:
                grey = self._scaled(frame, "gray")
            else:
                grey = self._grey
                self._quarter(view(luma), view(grey.planes[0]))
            return self._turbo.rgb([grey.planes[0], *colours])
        small = self._scaled(frame, "rgb24").planes[0]
        row = WIDTH * CHANNELS
        packed = memoryview(small)
        if small.line_size == row:
            return packed[: row * HEIGHT]
        return memoryview(b"".join(packed[at : at + row] for at in range(0, small.line_size * HEIGHT, small.line_size)))

    def _scaled(self, frame: av.VideoFrame, pixel_format: str) -> av.VideoFrame:
        return self._reformatter.reformat(
            frame,
            WIDTH,
            HEIGHT,
            pixel_format,
            src_colorspace=Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU601,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA,
            threads=1,
        )
