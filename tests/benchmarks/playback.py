"""A 60-minute recording on the candidate's page, in headless Chromium over a line of 12 Mbit/s and 50 ms."""

import json
import random
import statistics
import sys
import uuid
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kiosk.contract.names import segment_name
from kiosk.devices import jpeg
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, CameraFrame
from kiosk.encode.decoder import PictureDecoder
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.media.fragment_index import index_of
from kiosk.media.fragmented import Fragmented
from kiosk.media.rendition import make_rendition, poster
from kiosk.server.finalise.limited import STEADY_NS
from kiosk.system import places
from tests.benchmarks.served import serving, set_up
from tests.encode.material import Collected

BIT_S = 12_000_000
LATENCY_MS = 50
PART_S = 60
FIRSTS = 7
NEW_BROWSERS = 3
SEEKS = 12
QUESTIONS = 12
CHROMIUM = "/usr/bin/chromium"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
WATCH = """
new MutationObserver((_, watching) => {
  const video = document.querySelector("video");
  if (!video) return;
  watching.disconnect();
  window.firstPicture = new Promise((done) => video.requestVideoFrameCallback(() => done(performance.now())));
}).observe(document, { childList: true, subtree: true });
"""
"""Before the page's own scripts: notes when the film's first picture is shown. The poster does not count."""
SHOWN = """async ([at, question]) => {
  const video = document.querySelector("video");
  const began = performance.now();
  const shown = new Promise((done) => {
    const look = (_, picture) => {
      if (Math.abs(picture.mediaTime - at) < 0.1) done(performance.now() - began);
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
  if (question === null) video.currentTime = at;
  else document.querySelectorAll("[data-question] a[data-seek]")[question].click();
  return await shown;
}"""
"""Goes to a time, by itself or by a click on a question, which also plays; until the picture of that time is shown."""


def run(folder: Path, minutes: int) -> str:
    """Makes the recording, serves it, looks at it; the table."""
    print(f"Making {minutes} minutes of recording ...", file=sys.stderr)
    film = folder / "film.mp4"
    part = folder / segment_name(str(uuid.uuid4()), _now(), 1)
    part.write_bytes(_part())
    parts = minutes * 60 // PART_S
    make_rendition([part] * parts, None, film, steady_ns=STEADY_NS)
    index = film.with_suffix(".index")
    index.write_bytes(index_of(film))
    with film.open("rb") as whole, index.open("rb") as beside:
        fronts = _front(whole), _front(Fragmented(whole, beside))
    bit_s = film.stat().st_size * 8 / (parts * PART_S)
    data = folder / "server"
    set_up(data)
    page, cookie = _on_the_page(film, index, minutes * 60)
    with serving(data) as (url, _):
        seen = _look(url, page, cookie, minutes * 60)
    rows = [
        (
            f"{what}, median and worst of {len(times)}",
            f"{statistics.median(times) / 1000:.2f} / {max(times) / 1000:.2f} s",
        )
        for what, times in seen.items()
    ]
    rows += [
        (
            "fetched before the first sample, KB (alone on the line)",
            f"{fronts[1] / 1e3:.0f} ({_line_s(fronts[1])} s)",
        ),
        ("the same of the ordinary film", f"{fronts[0] / 1e3:.0f} ({_line_s(fronts[0])} s)"),
        ("picture and sound, Mbit/s", f"{bit_s / 1e6:.2f}"),
    ]
    return "\n".join(f"{what:<70} {value:>18}" for what, value in rows)


def _line_s(count: int) -> str:
    return f"{count * 8 / BIT_S:.2f}"


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _part() -> bytes:
    """A minute as a kiosk records it, with a camera whose pictures come up to 3 ms late."""
    pictures = list(jpeg.split(places.asset("simulated/camera.mjpeg").read_bytes()))
    sink, decoder, late = Collected(), PictureDecoder(), random.Random(1)
    encoder = Encoder(sink, EncoderSettings())
    hiss = (0.01 * np.random.default_rng(1).standard_normal(RATE // 30)).astype(np.float32)
    for number in range(PART_S * 30):
        at_ns = number * NS // 30 + late.randrange(3_000_000)
        frame = decoder.decode(CameraFrame(at_ns, "jpeg", pictures[number % len(pictures)], 1280, 720))
        encoder.picture(frame, at_ns)
        encoder.sound(hiss, number * RATE // 30)
    encoder.close()
    return sink.data


def _front(film: BinaryIO | Fragmented) -> int:
    """Bytes in front of the first sample."""
    at = 0
    while True:
        film.seek(at)
        head = film.read(8)
        if head[4:8] == b"mdat":
            return at
        at += int.from_bytes(head[:4], "big")


def _question_s(number: int, seconds: float) -> float:
    """Where a question begins: anywhere between two keyframes."""
    return round((number + 0.613) * seconds / QUESTIONS, 3)


def _on_the_page(film: Path, index: Path, seconds: float) -> tuple[str, str]:
    """Path of the page and the session cookie of somebody who may see it."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from kiosk.server.finalise import stored
    from tests.server.review import material

    recording = material.stored(material.sitting())
    default_storage.delete(recording.video)
    recording.duration_s, recording.bytes = seconds, film.stat().st_size
    default_storage.delete(recording.poster)
    default_storage.save(recording.poster, ContentFile(poster(film, seconds / 10)))
    stored.put_film(film, index, recording.video)
    questions = [
        {"question": f"question-{number}", "start_s": _question_s(number, seconds), "end_s": None}
        for number in range(QUESTIONS)
    ]
    recording.manifest = {**recording.manifest, "duration_s": seconds, "chapters": questions, "answers": []}
    recording.save()
    client = material.signed_in("eve", "reviewer")
    return f"/candidates/4711/{recording.pk}", client.cookies["sessionid"].value


def _look(url: str, page: str, cookie: str, seconds: float) -> dict[str, list[float]]:
    """Milliseconds, by what was measured: from asking for the page to the film's first picture, and from a seek to its
    picture. Each first picture is seen in a new profile: with nothing of the server cached, or coming from the list of
    candidates as a reviewer does.
    """
    from playwright.sync_api import sync_playwright

    chance = random.Random(2)
    found: dict[str, list[float]] = {}
    with sync_playwright() as driver:
        found["first picture ever, of a browser just started"] = []
        for _ in range(NEW_BROWSERS):
            browser = _started(driver)
            _, first = _opened(browser, url, page, cookie)
            found["first picture ever, of a browser just started"].append(first)
            browser.close()
        browser = _started(driver)
        _opened(browser, url, page, cookie)[0].context.close()
        for what, before, times, options in (
            ("first picture, nothing cached", "", FIRSTS, {}),
            ("first picture, ordinary film (as to Firefox)", "/candidates", NEW_BROWSERS, {"user_agent": FIREFOX}),
            ("first picture, from the list of candidates", "/candidates", FIRSTS, {}),
        ):
            found[what] = []
            for _ in range(times):
                tab, first = _opened(browser, url, page, cookie, before, **options)
                found[what].append(first)
                tab.context.close()
        tab, _ = _opened(browser, url, page, cookie)
        found["picture after a seek to any place"] = [
            float(tab.evaluate(SHOWN, [chance.uniform(0.02, 0.98) * seconds, None])) for _ in range(SEEKS)
        ]
        found["picture after a click on a question"] = [
            float(tab.evaluate(SHOWN, [_question_s(number, seconds), number]))
            for number in chance.sample(range(QUESTIONS), QUESTIONS)
        ]
        browser.close()
    print(json.dumps(found), file=sys.stderr)
    return found


def _started(driver: Any) -> Any:
    return driver.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--mute-audio", "--autoplay-policy=no-user-gesture-required"],
    )


def _opened(browser: Any, url: str, page: str, cookie: str, before: str = "", **options: Any) -> tuple[Any, float]:
    """The page, at the end of the slow line, of somebody who is signed in; and when the first picture was shown."""
    context = browser.new_context(**options)
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    tab.add_init_script(WATCH)
    line = context.new_cdp_session(tab)
    line.send("Network.enable")
    limits = {"downloadThroughput": BIT_S / 8, "uploadThroughput": BIT_S / 8, "latency": LATENCY_MS}
    line.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    if before:
        tab.goto(url + before, wait_until="networkidle")
    tab.goto(url + page, wait_until="commit")
    tab.wait_for_selector("video")
    return tab, float(tab.evaluate("() => window.firstPicture"))
