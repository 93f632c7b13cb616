"""Sample views: one for every screen, for screenshots and tests."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from kiosk.domain.clock import NS
from kiosk.domain.events import Progress, RecorderState, Verdict
from kiosk.domain.interview import Accommodations, Interview, Question, QuestionKind
from kiosk.domain.view import (
    Call,
    Delivery,
    Devices,
    Notice,
    PanelLock,
    Readiness,
    ReadyState,
    Sending,
    SessionState,
    Trouble,
    Unfinished,
    View,
)
from kiosk.ui.settings import UiSettings

NOW_NS: Final = 1_000 * NS
WALL: Final = datetime(2026, 11, 22, 14, 3, 7, tzinfo=timezone(timedelta(hours=1)))
SESSION: Final = "3f2a9c01-6b7d-4e55-9a20-0c1d2e3f4a5b"

INTERVIEW: Final = Interview(
    id="backend-engineer",
    title="Backend engineer",
    language="en",
    questions=(
        Question("proud", QuestionKind.SPOKEN, "What have you built that you are proud of?", 90, 5, 2),
        Question(
            "incident",
            QuestionKind.SPOKEN,
            "Tell us about a time when something that you were responsible for broke in production. How did you "
            "notice it, what did you do first, and what did you change afterwards so that it could not happen again?",
            120,
            10,
            1,
        ),
        Question(
            "reverse",
            QuestionKind.CODING,
            "Please reverse a linked list.",
            600,
            0,
            2,
            statement="You are given the head of a singly linked list. Each node has a value and a reference to the "
            "next node, or None.\n\nReturn the head of the same list in reverse order. Use no second list, and say "
            "how much time and memory your answer needs.",
            code_language="python",
            starter="def reverse(head):\n    ...\n",
        ),
        Question("ask", QuestionKind.SPOKEN, "What would you like to ask us?", 60, 5, 1),
    ),
    sha256="0" * 64,
)
PRACTICE: Final = Question("practice", QuestionKind.SPOKEN, "How did you come here today?", 60, 0, 1)
GENERAL: Final = Interview("general", "General conversation", "en", INTERVIEW.questions[:2], "1" * 64)

CONSENT: Final = (
    "# Before we begin\n\n"
    "**What is recorded.** Your picture, your voice, what you type, and the questions that are asked.\n\n"
    "**Why.** The recording is used only to decide on your application. It is seen by the people who take part in this "
    "decision, and by nobody else. It is kept for six months and then deleted.\n\n"
    "**Your rights.** You may ask for a copy, or for the recording to be deleted earlier, at any time. Write to "
    "privacy@example.org and give your receipt number; you will see it at the end.\n\n"
    "**It is your choice.** If you do not agree, nothing is recorded, and we will find another way to talk."
)
CODE: Final = (
    "def reverse(head):\n"
    "    previous = None\n"
    "    while head is not None:\n"
    "        following = head.next\n"
    "        head.next = previous\n"
    "        previous, head = head, following\n"
    "    return previous\n"
)


def settings(theme: str = "light") -> UiSettings:
    """What the samples are shown with."""
    return UiSettings(
        kiosk_name="Kiosk 7, Room 2.14",
        theme=theme,
        consent_text=CONSENT,
        consent_version="2026-11",
        consent_sha256="2" * 64,
        language="en",
        interviews=(INTERVIEW, GENERAL),
        windowed=True,
        sending=lambda: Sending(2, 7),
        disk_free=lambda: 412 * 10**9,
    )


class SampleClock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.ns = NOW_NS

    def now_ns(self) -> int:
        return self.ns

    def wall(self) -> datetime:
        return WALL.astimezone(WALL.tzinfo or UTC)

    def advance(self, seconds: float) -> None:
        self.ns += round(seconds * NS)


def progress(*, rec: bool = True, reason: str = "", level: float = -23.0) -> Progress:
    """Twelve minutes into a recording."""
    return Progress(
        state=RecorderState.RECORDING,
        now_ns=NOW_NS,
        rec=rec,
        rec_reason=reason,
        media_ns=751 * NS,
        durable_ns=751 * NS - NS // 3,
        frames=22_530,
        chunks=75,
        fps=30.0,
        level_dbfs=level,
        peak_dbfs=level + 9,
    )


def view(state: SessionState, index: int = -1, **changes: object) -> View:
    """A view of `state` at question `index`, as the director would make it."""
    running = state in {SessionState.ASKING, SessionState.THINKING, SessionState.ANSWERING}
    fields: dict[str, object] = {
        "state": state,
        "interview": None if state is SessionState.IDLE else INTERVIEW,
        "candidate": "" if state is SessionState.IDLE else "C-20418",
        "session": "" if state in {SessionState.IDLE, SessionState.CONSENT, SessionState.REFUSED} else SESSION,
        "index": index,
        "progress": progress() if running else None,
    }
    if running and index >= 0:
        fields["repeats_left"] = INTERVIEW.questions[index].repeats
    fields.update(changes)
    return View(**fields)  # type: ignore[arg-type]  # names and types are the fields' own, spelled by the callers


def all_views(preview: str = "") -> dict[str, View]:
    """Name of the screenshot → view. Names begin with the screen's own."""
    state = SessionState
    lost = Trouble("camera", "The camera gives no pictures any more.", "Check its cable.")
    more: dict[str, Any] = {"extensions_left": 10, "extension_ns": 60 * NS}
    minute: dict[str, Any] = {"deadline_ns": NOW_NS + 70 * NS, "limit_ns": 90 * NS, "preview": preview, **more}
    limit: dict[str, Any] = {"deadline_ns": NOW_NS + 50 * NS, "limit_ns": 60 * NS, "preview": preview}
    here: dict[str, Any] = {
        "interviews": (INTERVIEW, GENERAL),
        "lock": PanelLock(required=True),
        "devices": Devices("/dev/video0", "default", "default"),
    }
    ready = Readiness(ReadyState.READY, tried_at="2026-11-22T07:58:10+01:00")
    away = Readiness(
        ReadyState.NOT_READY,
        "No camera is plugged in.",
        "Plug it in again, or choose another one.",
        ready.tried_at,
        "camera",
    )
    return {
        "welcome": view(state.IDLE, readiness=ready),
        "welcome-not-ready": view(state.IDLE, readiness=away),
        "welcome-getting-ready": view(state.IDLE, readiness=Readiness(ReadyState.CHECKING)),
        "confirm": view(state.CONFIRMING),
        "consent": view(state.CONSENT),
        "opening": view(state.OPENING),
        "camera": view(state.CAMERA, preview=preview),
        "camera-held": view(state.CAMERA, held=True, notice=Notice.NOT_SEEN, called=Call.CHECK),
        "loudspeaker": view(state.LOUDSPEAKER, volume=70),
        "microphone": view(state.MICROPHONE, preview=preview, progress=progress(rec=False)),
        "microphone-speaking": view(
            state.SPEAKING, preview=preview, progress=progress(rec=False), deadline_ns=NOW_NS + 6 * NS, limit_ns=8 * NS
        ),
        "microphone-heard": view(state.HEARD, verdict=Verdict.GOOD, preview=preview),
        "microphone-wrong": view(
            state.HEARD, verdict=Verdict.WRONG, preview=preview, held=True, notice=Notice.NOT_HEARD
        ),
        "practice": view(state.PRACTICE),
        "question-practice": view(state.PRACTICE_ANSWERING, practice=PRACTICE, **limit, repeats_left=1),
        "playback": view(state.PRACTICE_PLAYBACK, preview=preview),
        "ready": view(state.READY, verdict=Verdict.GOOD),
        "preparing": view(state.PREPARING),
        "resuming": view(state.RESUMING, 1),
        "question-asking": view(state.ASKING, 0, preview=preview),
        "question-thinking": view(
            state.THINKING, 0, preview=preview, deadline_ns=NOW_NS + 4 * NS, limit_ns=5 * NS, repeats_left=1
        ),
        "question-answering": view(state.ANSWERING, 0, **minute),
        "question-long": view(state.ANSWERING, 1, **minute, repeats_left=0),
        "question-trouble": view(
            state.ANSWERING,
            0,
            deadline_ns=NOW_NS + 70 * NS,
            limit_ns=90 * NS,
            progress=progress(rec=False, reason="Sound only: the camera is lost"),
            troubles=(lost,),
        ),
        "question-nearly-over": view(state.ANSWERING, 0, **(minute | {"deadline_ns": NOW_NS + 8 * NS})),
        "question-still-there": view(state.THINKING, 0, preview=preview, still_there=True),
        "question-called": view(state.ANSWERING, 0, **minute, notice=Notice.NOT_HEARD, called=Call.TROUBLE),
        "question-captions": view(state.ASKING, 3, preview=preview, captions_only=True),
        "coding": view(state.ANSWERING, 2, **(minute | {"deadline_ns": NOW_NS + 540 * NS, "limit_ns": 600 * NS})),
        "paused": view(state.PAUSED, 0, progress=progress(rec=False, reason="Paused")),
        "finishing": view(state.FINISHING, 3),
        "thanks": view(
            state.FINISHED, 3, duration_ns=728 * NS, recording="interview.mp4", delivery=Delivery.WILL_BE_SENT
        ),
        "thanks-sent": view(state.FINISHED, 3, duration_ns=728 * NS, recording="i.mp4", delivery=Delivery.SENT),
        "refused": view(state.REFUSED),
        "failed": view(
            state.FAILED,
            1,
            message="The disk is full, so the interview had to end. What was recorded until then is stored.",
            failure="no-space",
            recording="interview.mp4",
        ),
        "proctor-pin": view(state.IDLE, lock=PanelLock(required=True, open=False, wrong=1)),
        "proctor-shut": view(
            state.IDLE, lock=PanelLock(required=True, open=False, wrong=5, until_ns=NOW_NS + 270 * NS)
        ),
        "proctor-idle": view(state.IDLE, **here, readiness=ready),
        "proctor-start": view(state.IDLE, **here),
        "proctor-devices": view(state.IDLE, **here),
        "proctor-needs": view(state.ANSWERING, 0, **minute, **here, accommodations=Accommodations(captions_only=True)),
        "proctor-note": view(state.ANSWERING, 0, **minute, **here),
        "proctor-abort": view(state.ANSWERING, 0, **minute, **here),
        "proctor-unfinished": view(
            state.IDLE, unfinished=Unfinished(SESSION, INTERVIEW.title, "C-20418", 2, len(INTERVIEW.questions))
        ),
        "proctor-answering": view(state.ANSWERING, 0, **minute, **here, readiness=ready),
        "proctor-trouble": view(
            state.ANSWERING,
            0,
            progress=progress(rec=False, reason="Sound only: the camera is lost"),
            troubles=(
                lost,
                Trouble("microphone", "Microphone silent for 12 s.", "Check the cable, or choose another microphone."),
            ),
        ),
    }
