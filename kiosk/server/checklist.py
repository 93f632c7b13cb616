"""The six points that a recording has always had to pass, walked with the files, the database and the page themselves.

1 it starts at the first question with the badge lit · 2 sound is captured and chunks arrive · 3 it stops by itself and
the last chunk follows at once · 4 the file plays with picture and sound · 5 the database holds path and time · 6 the
candidate's page plays it. A point says what was seen, so that a person can judge too.
"""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from kiosk.contract import names

LAST_CHUNK_S: Final = 2.0
"""After the stop the last chunk is there within this time, when the network kept up."""
SILENCE_DBFS: Final = -60.0
STRIP: Final = (64, 720)
"""Rows and columns, from the top left corner, in which time and REC mark are burned in."""
ANSWER_LIMIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the list: what must hold, whether it does, and what was seen."""

    what: str
    holds: bool
    seen: str


class Visit:
    """A reviewer's visit over HTTP: signs in, opens the candidate's page, asks for the recording's bytes."""

    def __init__(self, server: str, account: str, password: str, candidate: str, session: str) -> None:
        self._server = server
        self._account = account
        self._password = password
        self.page = f"{server}/candidates/{urllib.parse.quote(candidate)}/{session}"
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def see(self) -> Point:
        """Point 6."""
        what = "the candidate's page plays it"
        try:
            form = self._get(f"{self._server}/sign-in")[1]
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
            values = {"username": self._account, "password": self._password}
            values["csrfmiddlewaretoken"] = token[1] if token else ""
            self._get(f"{self._server}/sign-in", urllib.parse.urlencode(values).encode())
            page = self._get(self.page)[1]
            video = re.search(r'<(?:video|source)[^>]*\ssrc="([^"]+)"', page)
            heading, recorded = "Interview Recording" in page, "Recorded:" in page
            if video is None or not heading or not recorded:
                return Point(what, False, "the page has no player, heading or date")
            status, first = self._first_bytes(urllib.parse.urljoin(self.page, unescape(video[1])))
        except (OSError, ValueError) as error:
            return Point(what, False, f"the page could not be opened ({error})")
        return Point(
            what, status == 206 and first[4:8] == b"ftyp", f"signed in, player found, bytes answered with {status}"
        )

    def _get(self, url: str, body: bytes | None = None) -> tuple[int, str]:
        request = urllib.request.Request(url, body, {"Referer": url})  # noqa: S310  # our own server on loopback
        with self._opener.open(request, timeout=ANSWER_LIMIT_S) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")

    def _first_bytes(self, url: str) -> tuple[int, bytes]:
        request = urllib.request.Request(url, headers={"Range": "bytes=0-1023"})  # noqa: S310  # the same
        with self._opener.open(request, timeout=ANSWER_LIMIT_S) as answer:
            return answer.status, answer.read()


def walk(folder: Path, arrivals: Mapping[tuple[str, int, int], float], visit: Visit) -> list[Point]:
    """All six, for the session recorded in `folder`. `arrivals`: when chunks were seen on the server.

    Django must be set up on the server's data.
    """
    from django.core.files.storage import default_storage

    from kiosk.server.catalogue.models import Recording

    manifest = json.loads((folder / names.MANIFEST).read_bytes())
    journal = [json.loads(line) for line in (folder / names.JOURNAL).read_bytes().splitlines() if line.strip()]
    recording = Recording.objects.select_related("session__interview").get(pk=manifest["session"])
    with default_storage.open(recording.video) as stored:
        facts = _look(stored, manifest)
    return [
        _starts(manifest, journal, facts),
        _sounds(journal, facts, sorted(at for key, at in arrivals.items() if key[0] == manifest["session"])),
        _stops(manifest, journal, recording),
        Point(
            "the file plays with picture and sound",
            facts.frames > 0 and facts.seconds > 0,
            f"{facts.frames} pictures and {facts.seconds:.1f} s of sound decoded from the server's file",
        ),
        _in_database(recording),
        visit.see(),
    ]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What decoding the stored file told: `lit` is whether the REC mark stands in the picture at the first question."""

    frames: int
    seconds: float
    peak_dbfs: float
    lit: bool


def _look(stored: Any, manifest: dict[str, Any]) -> _Facts:
    question_s = manifest["chapters"][0]["start_s"] if manifest["chapters"] else 0.0
    frames, samples, peak, lit = 0, 0, 0.0, False
    with av.open(stored, "r") as container:
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            if isinstance(frame, av.AudioFrame):
                samples += frame.samples
                peak = max(peak, float(np.abs(frame.to_ndarray()).max(initial=0)))
            elif isinstance(frame, av.VideoFrame):
                frames += 1
                if not lit and question_s <= frame.time < question_s + 1:
                    lit = _has_red_mark(frame)
        rate = container.streams.audio[0].rate
    return _Facts(frames, samples / rate, float(20 * np.log10(max(peak, 1e-6))), lit)


def _has_red_mark(frame: av.VideoFrame) -> bool:
    pixels = frame.to_ndarray(format="rgb24")[: STRIP[0], : STRIP[1]].astype(np.int16)
    red = (pixels[..., 0] > 170) & (pixels[..., 1] < 90) & (pixels[..., 2] < 100)
    return int(np.count_nonzero(red)) >= 40


def _first(journal: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next((line for line in journal if line["kind"] == kind), {})


def _epoch(line: dict[str, Any]) -> float:
    return datetime.fromisoformat(line["wall"]).timestamp()


def _starts(manifest: dict[str, Any], journal: list[dict[str, Any]], facts: _Facts) -> Point:
    what = "it starts by itself at the first question, with the badge lit"
    spoken = _first(journal, "VoiceStarted")
    if not spoken or not manifest["chapters"]:
        return Point(what, False, "no question was put")
    began_s = manifest["chapters"][0]["start_s"]
    lit = "REC stands in the picture" if facts.lit else "REC is not in the picture"
    return Point(what, facts.lit and began_s < 5, f"the first question sounds {began_s:.1f} s into the file; {lit}")


def _sounds(journal: list[dict[str, Any]], facts: _Facts, arrivals: list[float]) -> Point:
    stopped = _epoch(_first(journal, "Stopped"))
    early = sum(at < stopped for at in arrivals)
    seen = f"peak {facts.peak_dbfs:.0f} dBFS; {early} chunks were on the server before the end"
    return Point("sound is captured and chunks arrive meanwhile", facts.peak_dbfs > SILENCE_DBFS and early > 0, seen)


def _stops(manifest: dict[str, Any], journal: list[dict[str, Any]], recording: Any) -> Point:
    late = recording.received_at.timestamp() - _epoch(_first(journal, "Stopped"))
    ended = manifest["ended"]
    seen = f"ended as {ended}; the last chunk arrived {max(0.0, late):.1f} s later"
    return Point("it stops by itself and sends the last chunk", ended == "completed" and late <= LAST_CHUNK_S, seen)


def _in_database(recording: Any) -> Point:
    rows = [recording.session.metadata]
    if recording.session.interview is not None:
        rows.append(recording.session.interview.ai_result)
    holds = all(row.get("recording_video") == recording.video and row.get("recording_created_at") for row in rows)
    seen = f"{recording.video}, {rows[0].get('recording_created_at', 'no time')}"
    return Point("the database holds path and time", holds and bool(recording.video), seen)
