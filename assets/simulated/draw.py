"""Draws the pictures of the simulated camera: a person in a room, moving slightly, four seconds that loop.

    python assets/simulated/draw.py

Run it only to change the pictures; the results are kept beside it, because drawing and encoding them live would cost
more than recording them. Like many webcams they are 4:2:2 in full range, with a little noise, and each carries its
number.
"""

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 30, 4
COUNT = FPS * SECONDS
QUALITY = 62
SMOOTH = cv2.LINE_AA
Picture = NDArray[np.uint8]


def background() -> Picture:
    """Wall, window, shelf, plant and desk; a soft light from the left."""
    across = np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None]
    light = 1.05 - 0.3 * across - 0.15 * down
    room = (np.array([196, 205, 212], np.float32) * light[..., None]).clip(0, 255).astype(np.uint8)
    cv2.rectangle(room, (70, 60), (380, 400), (232, 226, 214), -1)  # window frame
    sky = np.linspace(0, 1, 308, dtype=np.float32)[:, None, None]
    room[76:384, 86:364] = (np.array([232, 200, 158]) * (1 - sky) + np.array([238, 230, 216]) * sky).astype(np.uint8)
    outside = room[76:384, 86:364]
    cv2.ellipse(outside, (70, 308), (150, 70), 0, 180, 360, (128, 158, 126), -1, SMOOTH)
    cv2.ellipse(outside, (230, 308), (110, 46), 0, 180, 360, (112, 146, 112), -1, SMOOTH)
    cv2.rectangle(room, (219, 76), (231, 384), (232, 226, 214), -1)
    cv2.rectangle(room, (86, 220), (364, 230), (232, 226, 214), -1)
    colours = [(96, 104, 168), (150, 122, 84), (92, 138, 108), (86, 132, 178), (120, 98, 140), (150, 150, 150)]
    random = np.random.default_rng(7)
    for shelf in range(3):
        y = 190 + shelf * 150
        x = 950
        while x < 1200:
            wide, tall = int(random.integers(16, 34)), int(random.integers(70, 108))
            colour = colours[int(random.integers(len(colours)))]
            cv2.rectangle(room, (x, y - tall), (x + wide - 3, y), colour, -1)
            cv2.line(room, (x + wide // 2, y - tall + 12), (x + wide // 2, y - tall + 30), (225, 225, 225), 2, SMOOTH)
            x += wide
        cv2.rectangle(room, (930, y), (1230, y + 12), (88, 112, 140), -1)
    cv2.rectangle(room, (0, 630), (WIDTH, HEIGHT), (92, 122, 156), -1)  # desk
    cv2.line(room, (0, 630), (WIDTH, 630), (120, 150, 182), 4, SMOOTH)
    return cv2.GaussianBlur(room, (0, 0), 2.2)  # the lens is focused on the person


def person(picture: Picture, turn: float) -> None:
    """Draws the person; `turn` goes once around from 0 to 1, so that the loop has no seam."""
    sway = int(10 * math.sin(2 * math.pi * turn))
    nod = int(4 * math.sin(4 * math.pi * turn))
    breath = int(3 * math.sin(2 * math.pi * turn + 1))
    x, y = 640 + sway, 300 + nod
    skin, shade, hair = (150, 178, 218), (132, 160, 202), (46, 54, 72)
    cv2.ellipse(picture, (x - sway // 2, 735 - breath), (245, 265), 0, 180, 360, (128, 92, 62), -1, SMOOTH)
    cv2.rectangle(picture, (x - 46, y + 90), (x + 46, y + 190), shade, -1)
    cv2.ellipse(picture, (x, y + 186), (62, 30), 0, 0, 180, shade, -1, SMOOTH)
    cv2.ellipse(picture, (x, y - 30), (122, 140), 0, 180, 360, hair, -1, SMOOTH)
    cv2.ellipse(picture, (x, y), (104, 136), 0, 0, 360, skin, -1, SMOOTH)
    cv2.ellipse(picture, (x, y - 92), (100, 52), 0, 180, 360, hair, -1, SMOOTH)
    for side in (-1, 1):
        cv2.ellipse(picture, (x + side * 106, y + 6), (14, 26), 0, 0, 360, shade, -1, SMOOTH)
        eye = (x + side * 40, y - 18)
        closed = 0.46 < turn < 0.49
        cv2.ellipse(picture, eye, (17, 2 if closed else 10), 0, 0, 360, (240, 240, 240), -1, SMOOTH)
        if not closed:
            look = int(4 * math.sin(2 * math.pi * turn + 2))
            cv2.circle(picture, (eye[0] + look, eye[1]), 8, (84, 92, 60), -1, SMOOTH)
            cv2.circle(picture, (eye[0] + look, eye[1]), 4, (20, 20, 20), -1, SMOOTH)
        cv2.ellipse(picture, (eye[0], eye[1] - 22), (24, 7), 0, 190, 350, hair, 4, SMOOTH)
    cv2.line(picture, (x, y + 2), (x - 7, y + 34), shade, 5, SMOOTH)
    cv2.line(picture, (x - 7, y + 34), (x + 6, y + 37), shade, 5, SMOOTH)
    opening = 4 + int(7 * abs(math.sin(14 * math.pi * turn)) * (0.5 + 0.5 * math.sin(2 * math.pi * turn)))
    cv2.ellipse(picture, (x, y + 74), (32, opening), 0, 0, 360, (92, 92, 168), -1, SMOOTH)
    cv2.ellipse(picture, (x, y + 66), (36, 14), 0, 20, 160, (96, 104, 176), 4, SMOOTH)


def number_plate(picture: Picture, number: int) -> None:
    """The picture's number, small, in the upper right corner."""
    cv2.rectangle(picture, (1146, 20), (1262, 62), (70, 70, 70), -1)
    cv2.putText(picture, f"{number:03}", (1158, 52), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (235, 235, 235), 2, SMOOTH)


def jpeg(picture: Picture) -> bytes:
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    ]
    return bytes(cv2.imencode(".jpg", picture, options)[1])


def main() -> None:
    folder = Path(__file__).parent
    room = background()
    random = np.random.default_rng(1)
    with (folder / "camera.mjpeg").open("wb") as out:
        for number in range(COUNT):
            picture = room.copy()
            person(picture, number / COUNT)
            number_plate(picture, number)
            noise = random.normal(0, 2.5, (HEIGHT, WIDTH, 1))
            picture = (picture + noise).clip(0, 255).astype(np.uint8)
            out.write(jpeg(picture))
    picture = room.copy()
    person(picture, 0)
    picture[HEIGHT // 2 :] = 255
    (folder / "flash.jpg").write_bytes(jpeg(picture))
    (folder / "black.jpg").write_bytes(jpeg(np.zeros((HEIGHT, WIDTH, 3), np.uint8)))


if __name__ == "__main__":
    main()
