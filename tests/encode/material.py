"""Pictures and sound for tests, and recordings made of them. cv2 only makes what a camera would hand over."""

import itertools
from collections.abc import Iterable

import av
import cv2
import numpy as np

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, CameraFrame, Pixels, Samples
from kiosk.encode.colour import Plane, planes
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink

SMALL = EncoderSettings(width=320, height=180, bit_rate=300_000)
SAMPLINGS = {
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
}
COLOURS = {
    "red": (200, 30, 30),
    "green": (20, 180, 60),
    "blue": (40, 60, 210),
    "skin": (224, 172, 140),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "yellow": (240, 220, 20),
    "grey": (119, 119, 119),
}
"""Red, green, blue of eight upright bars, left to right."""


class Collected:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self._data = bytearray()
        self.pieces: list[int] = []

    @property
    def data(self) -> bytes:
        return bytes(self._data)

    def write(self, data: bytes) -> int:
        self.pieces.append(len(data))
        self._data += data
        return len(data)


def bars(width: int = 1280, height: int = 720) -> Pixels:
    """Eight bars of one colour each, blue first."""
    picture = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(COLOURS.values()):
        picture[:, number * width // 8 : (number + 1) * width // 8] = colour[::-1]
    return picture


def jpeg(picture: Pixels, sampling: str = "4:2:0") -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, 92, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLINGS[sampling]]
    _, data = cv2.imencode(".jpg", picture, options)
    return bytes(data.tobytes())


def camera_frame(data: "bytes | Pixels", width: int = 1280, height: int = 720) -> CameraFrame:
    return CameraFrame(0, "jpeg" if isinstance(data, bytes) else "bgr", data, width, height)


def flat(luma: int, width: int = 320, height: int = 180) -> av.VideoFrame:
    """A picture of one grey."""
    frame = av.VideoFrame(width, height, "yuvj420p")
    for number, plane in enumerate(planes(frame)):
        plane[:] = 128 if number else luma
    return frame


def moving(number: int, width: int = 320, height: int = 180) -> av.VideoFrame:
    """A gradient that moves: something to encode."""
    frame = flat(0, width, height)
    luma: Plane = planes(frame)[0]
    luma[:] = (np.arange(width) + 3 * number).astype(np.uint8)
    return frame


def tone(seconds: float, hertz: float = 440.0, level: float = 0.1) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def record(
    sink: Sink,
    seconds: float,
    *,
    settings: EncoderSettings = SMALL,
    sound_late_s: float = 0.15,
    fps: int = 30,
) -> None:
    """A moving picture and a tone, the sound handed over `sound_late_s` after the picture as the mix does."""
    encoder = Encoder(sink, settings)
    sound = tone(seconds)
    sent = 0
    for number in range(round(seconds * fps)):
        at_ns = number * NS // fps
        assert encoder.picture(moving(number, settings.width, settings.height), at_ns)
        until = max(sent, round((at_ns / NS - sound_late_s) * RATE))
        encoder.sound(sound[sent:until], sent)
        sent = until
    encoder.sound(sound[sent:], sent)
    encoder.close()


def in_pieces(data: bytes, lengths: Iterable[int]) -> Iterable[bytes]:
    at = 0
    for length in itertools.cycle(lengths):
        if at >= len(data):
            return
        yield data[at : at + length]
        at += length
