"""A film that flashes white and clicks at the same instant, once a second: it tells the sound offset of a kiosk."""

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest, WorldFailed

WIDTH: Final = 640
HEIGHT: Final = 360
FPS: Final = 30
FLASH_PICTURES: Final = 3
CLICK: Final = RATE // 500
"""2 ms of samples, up for a half and down for a half: what every small loudspeaker can give."""
LOUD: Final = 0.9


def write_markers(path: Path, seconds: int) -> None:
    """Writes an ordinary MP4. Raises BadRequest when the file is there already, WorldFailed when that fails."""
    if path.exists():
        raise BadRequest(f"{path} is there already.", "Name another file.")
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
            _write(container, seconds)
    except (OSError, av.FFmpegError) as error:
        path.unlink(missing_ok=True)
        raise WorldFailed(f"{path} cannot be written: {error.strerror}.") from error


def _write(container: Any, seconds: int) -> None:
    video = container.add_stream("libx264", rate=FPS)
    video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    video.codec_context.time_base = Fraction(1, FPS)
    audio = container.add_stream("aac", rate=RATE, layout="mono")
    audio.codec_context.bit_rate = 128_000
    dark, bright = _picture(16), _picture(235)
    click = np.full(CLICK, LOUD, np.float32)
    click[CLICK // 2 :] = -LOUD
    for second in range(seconds):
        for number in range(FPS):
            # In the second half of a second, so that the first flash does not stand at the very beginning.
            frame = bright if 0 <= number - FPS // 2 < FLASH_PICTURES else dark
            frame.pts, frame.time_base = second * FPS + number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        sound = np.zeros(RATE, np.float32)
        sound[RATE // 2 : RATE // 2 + CLICK] = click
        block = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
        block.sample_rate, block.pts, block.time_base = RATE, second * RATE, Fraction(1, RATE)
        container.mux(audio.encode(block))
    container.mux(video.encode(None))
    container.mux(audio.encode(None))


def _picture(luma: int) -> av.VideoFrame:
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planes[:HEIGHT] = luma
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")
