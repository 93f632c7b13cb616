"""Means of neighbouring points of a picture's plane, by OpenCV, which goes through the memory once.

NumPy needs four passes for the same, and FFmpeg's scaler twice the time. Only calculates: what the points mean is for
others to know. Planes are (height, width), 8 bits.
"""

from kiosk.devices.opencv_camera import opencv
from kiosk.domain.devices import Pixels


def halve_rows(plane: Pixels, target: Pixels) -> None:
    """Of every two points above each other, rounded up, into a plane of half the height."""
    opencv().addWeighted(plane[0::2], 0.5, plane[1::2], 0.5, 0.25, dst=target)  # a quarter more: halves go up


def quarter(plane: Pixels, target: Pixels) -> None:
    """Of every four points in a square, into a plane of half the height and half the width."""
    cv2 = opencv()
    cv2.resize(plane, (target.shape[1], target.shape[0]), dst=target, interpolation=cv2.INTER_AREA)
