"""A 60-minute recording on the candidate's page, in headless Chromium over a line of 12 Mbit/s and 50 ms."""

import json
import os
import random
import statistics
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.contract.names import segment_name
from kiosk.devices import jpeg
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, CameraFrame
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.media.rendition import make_rendition
from kiosk.server.finalise.limited import STEADY_NS
from kiosk.system import places

BIT_S = 12_000_000
LATENCY_MS = 50
PART_S = 60
SEEKS = 9
CHROMIUM = "/usr/bin/chromium"
FIRST = """() => new Promise((done) => {
  const video = document.querySelector("video");
  const told = () => done(performance.now());
  if (video.readyState >= 2) told(); else video.addEventListener("loadeddata", told, { once: true });
})"""
SEEK = """async (at) => {
  const video = document.querySelector("video");
  const began = performance.now();
  const shown = new Promise((done) => video.requestVideoFrameCallback(done));
  const sought = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
  video.currentTime = at;
  await Promise.all([sought, shown]);
  return performance.now() - began;
}"""


def run(folder: Path, minutes: int) -> str:
    """Makes the recording, serves it, looks at it; the table."""
    print(f"Making {minutes} minutes of recording ...", file=sys.stderr)
    film = folder / "film.mp4"
    part = folder / segment_name(str(uuid.uuid4()), _now(), 1)
    part.write_bytes(_part())
    make_rendition([part] * (minutes * 60 // PART_S), None, film, steady_ns=STEADY_NS)
    index = _index_bytes(film)
    data = folder / "server"
    os.environ.update({"KIOSK_SERVER_DATA": str(data), "DJANGO_SETTINGS_MODULE": "kiosk.server.settings"})
    import django

    django.setup()
    from kiosk.server import tables

    tables.bring_up_to_date()
    page, cookie = _on_the_page(film, minutes * 60)
    server = subprocess.Popen(
        [sys.executable, "-m", "kiosk.server", "run", "--port", "0", "--data", str(data), "--no-worker"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        url = next(line for line in server.stdout if line.startswith("Listening on ")).split()[-1]
        cold, first, seeks = _look(url, page, cookie, minutes * 60)
    finally:
        server.terminate()
        server.wait(60)
    rows = [
        ("first picture, s after the page was asked for", f"{first / 1000:.2f}"),
        ("the same for a browser that was never here", f"{cold / 1000:.2f}"),
        (f"picture after a seek, s, median and worst of {SEEKS}",
         f"{statistics.median(seeks) / 1000:.2f} / {max(seeks) / 1000:.2f}"),
        ("index of the file, MB (the line alone needs)", f"{index / 1e6:.2f} ({index * 8 / BIT_S:.2f} s)"),
    ]  # fmt: skip
    return "\n".join(f"{what:<52} {value:>18}" for what, value in rows)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


class _Collected:
    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def _part() -> bytes:
    """A minute as a kiosk records it, with a camera whose pictures come up to 3 ms late."""
    pictures = list(jpeg.split(places.asset("simulated/camera.mjpeg").read_bytes()))
    sink, decoder, late = _Collected(), PictureDecoder(), random.Random(1)
    encoder = Encoder(sink, EncoderSettings())
    hiss = (0.01 * np.random.default_rng(1).standard_normal(RATE // 30)).astype(np.float32)
    for number in range(PART_S * 30):
        at_ns = number * NS // 30 + late.randrange(3_000_000)
        frame = decoder.decode(CameraFrame(at_ns, "jpeg", pictures[number % len(pictures)], 1280, 720))
        encoder.picture(frame, at_ns)
        encoder.sound(hiss, number * RATE // 30)
    encoder.close()
    return bytes(sink.data)


def _index_bytes(film: Path) -> int:
    """Bytes in front of the first picture's."""
    with film.open("rb") as file:
        at = 0
        while True:
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            if head[4:8] == b"mdat":
                return at
            at += size
            file.seek(at)


def _on_the_page(film: Path, seconds: float) -> tuple[str, str]:
    """Path of the page and the session cookie of somebody who may see it."""
    from django.core.files import File
    from django.core.files.storage import default_storage

    from tests.server.review import material

    recording = material.stored(material.sitting())
    default_storage.delete(recording.video)
    with film.open("rb") as file:
        default_storage.save(recording.video, File(file))
    recording.duration_s, recording.bytes = seconds, film.stat().st_size
    recording.manifest = {**recording.manifest, "duration_s": seconds}
    recording.save()
    client = material.signed_in("eve", "reviewer")
    return f"/candidates/4711/{recording.pk}", client.cookies["sessionid"].value


def _look(url: str, page: str, cookie: str, seconds: float) -> tuple[float, float, list[float]]:
    """Milliseconds until the first picture, in a browser without anything of the server and in one that comes from
    the list of candidates, as a reviewer does; and until the picture after each seek.
    """
    from playwright.sync_api import sync_playwright

    chance = random.Random(2)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--mute-audio"]
        )
        firsts = []
        for before in ("", "/candidates"):
            context = browser.new_context()
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
            tab = context.new_page()
            tab.set_default_timeout(120_000)
            line = context.new_cdp_session(tab)
            line.send("Network.enable")
            limits = {"downloadThroughput": BIT_S / 8, "uploadThroughput": BIT_S / 8, "latency": LATENCY_MS}
            line.send("Network.emulateNetworkConditions", {"offline": False, **limits})
            if before:
                tab.goto(url + before, wait_until="networkidle")
            tab.goto(url + page, wait_until="commit")
            tab.wait_for_selector("video")
            firsts.append(float(tab.evaluate(FIRST)))
        seeks = [float(tab.evaluate(SEEK, chance.uniform(0.02, 0.98) * seconds)) for _ in range(SEEKS)]
        print(json.dumps({"first_ms": firsts, "seeks_ms": seeks}), file=sys.stderr)
        browser.close()
    return firsts[0], firsts[1], seeks
