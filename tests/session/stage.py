"""A director and everything around it, with values only: a clock turned by hand, and others that write down it all."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain import commands, events, requests, view
from kiosk.domain.clock import NS
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import NoSpace, WorldFailed
from kiosk.domain.interview import Consent, ConsentText, Interview, Question, QuestionKind
from kiosk.domain.view import SessionState as State
from kiosk.session.director import Director
from kiosk.session.ports import Attempt, Line, Narrated, RecorderLost, World
from kiosk.session.preparing import Settings
from kiosk.session.standing import Standing

INTERVIEW = Interview(
    id="trial",
    title="Trial",
    language="en",
    sha256="00",
    questions=(
        Question("first", QuestionKind.SPOKEN, "What is this?", answer_seconds=30, think_seconds=5, repeats=1),
        Question("second", QuestionKind.CODING, "Please add.", answer_seconds=60, statement="Add.", starter="def f():"),
    ),
)
LOST = RecorderLost("The recorder ended unexpectedly.")
CONSENT = Consent("v1", "ab", "en", "2026-11-22T10:00:00+00:00")


class HandClock:
    def __init__(self) -> None:
        self.ns = 1000 * NS

    def now_ns(self) -> int:
        return self.ns

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class WrittenRecorder:
    """A recorder that does nothing; what it would tell, the tests say."""

    def __init__(self) -> None:
        self.sent: list[commands.Command] = []
        self.opened = 0
        self.refuses = False
        self.same = False

    def reopen(self) -> bool:
        if not self.same:
            self.open()
        return self.same

    def open(self) -> None:
        if self.refuses:
            raise WorldFailed("The recorder could not be started.", "Call IT.")
        self.opened += 1

    def send(self, command: commands.Command) -> None:
        assert self.opened or isinstance(command, commands.Stop), "nothing is sent before it is open"
        self.sent.append(command)

    def close(self) -> None:
        self.opened = 0

    def marks(self) -> list[tuple[str, str]]:
        return [(sent.what, sent.question) for sent in self.sent if isinstance(sent, commands.Mark)]

    def last(self) -> commands.Command:
        return self.sent[-1]


class WrittenNarrator:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.hurried: list[Line] = []

    def prepare(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)

    def hurry(self, line: Line) -> None:
        self.hurried.append(line)


class WrittenBook:
    def __init__(self) -> None:
        self.entries: list[tuple[str, ...]] = []
        self.full = False

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None:
        if self.full:
            raise NoSpace("The disk is full.", "Free some space.")
        self.entries.append(("opened", interview.id, candidate, consent.reference))

    def moved(self, session: str, state: State, reason: str = "") -> None:
        self.entries.append(("moved", state.value))

    def started(self, session: str, started_at: str, recording: str) -> None:
        self.entries.append(("started", recording))

    def noted(self, session: str, what: str, detail: str = "") -> None:
        self.entries.append(("noted", what, detail))

    def continued(self, session: str) -> None:
        self.entries.append(("continued", session))

    def ended_before(self, session: str) -> None:
        self.entries.append(("ended-before", session))

    def ended(self, session: str, state: State, reason: str, duration_ns: int, manifest: str) -> None:
        self.entries.append(("ended", state.value, reason))


class WrittenArchive:
    def __init__(self) -> None:
        self.runs: Standing | None = None
        self.left: Standing | None = None
        self.delivered = view.Delivery.STORED

    def delivery(self, session: str) -> view.Delivery:
        return self.delivered

    def running(self) -> Standing | None:
        return self.runs

    def unfinished(self) -> Standing | None:
        return self.left


class WrittenHall:
    def __init__(self) -> None:
        self.held: tuple[Interview, ...] = ()
        self.given: tuple[view.Assigned, ...] = ()
        self.looked = 0

    def interviews(self) -> tuple[Interview, ...]:
        return self.held

    def assigned(self) -> tuple[view.Assigned, ...]:
        return self.given

    def consent(self, language: str) -> ConsentText | None:
        return ConsentText("v1", language, "Text.", "ab")

    def find_devices(self) -> None:
        self.looked += 1


class WrittenGuard:
    """The PIN is 2468; the machine's own clock is the session's."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.pin = ""
        self.boot = "boot-1"
        self.written: list[Attempt] = []
        self.asked = 0
        self.full = False
        self.left: list[tuple[str, int]] = []
        self.seen = 0

    def required(self) -> bool:
        return bool(self.pin)

    def matches(self, pin: str) -> bool:
        self.asked += 1
        return pin == self.pin

    def since_start(self) -> tuple[str, int]:
        return self.boot, self.clock.ns

    def attempts(self) -> Sequence[Attempt]:
        return self.written

    def remember(self, attempt: Attempt) -> None:
        if self.full:
            raise NoSpace("The disk is full.", "")
        self.written.append(attempt)

    def remember_leaving(self, how: str, times: int) -> None:
        if self.full:
            raise NoSpace("The disk is full.", "")
        self.left.append((how, times))

    def unseen_leaving(self) -> int:
        return sum(times for _, times in self.left[self.seen :])

    def see_leaving(self) -> None:
        if self.full:
            raise NoSpace("The disk is full.", "")
        self.seen = len(self.left)


class WrittenVoice:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, wav: Path) -> None:
        self.said.append(str(wav))

    def hush(self) -> None:
        self.said.append("hush")


class Stage:
    """A director and everything around it, with the steps that most tests begin with."""

    def __init__(self, *, pin: str = "", guard: "WrittenGuard | None" = None, **settings: object) -> None:
        self.clock = HandClock() if guard is None else guard.clock
        self.recorder = WrittenRecorder()
        self.narrator = WrittenNarrator()
        self.book = WrittenBook()
        self.archive = WrittenArchive()
        self.views: list[view.View] = []
        self.hall = WrittenHall()
        self.guard = guard or WrittenGuard(self.clock)
        self.guard.pin = pin
        self.voice = WrittenVoice()
        self.settings = Settings("c", "m", "s", tone_start="start.wav", **settings)  # type: ignore[arg-type]  # its own
        world = World(self.narrator, self.book, self.archive, self.hall, self.guard, self.voice)
        self.director = Director(self.settings, self.recorder, world, self.clock, self.views.append)

    @property
    def now(self) -> view.View:
        return self.director.current

    def state(self) -> State:
        return self.director.current.state

    def say(self, *messages: object) -> None:
        for message in messages:
            self.director.handle(message)  # type: ignore[arg-type]  # whatever a test thinks of

    def wait(self, seconds: float) -> None:
        self.clock.ns += round(seconds * NS)
        self.director.tick()

    def narrate(self) -> None:
        self.say(Narrated("first", Path("1.wav"), 2.0), Narrated("second", Path("2.wav"), 2.0))

    def begin(self) -> None:
        self.say(requests.Choose(INTERVIEW, "c-1"), requests.Agree(CONSENT))

    def roll(self) -> None:
        self.begin()
        self.narrate()
        self.say(prepared(), started())

    def answer_first(self) -> None:
        self.roll()
        self.say(events.VoiceEnded("first", 3 * NS), requests.Next())


def prepared() -> events.Prepared:
    device = DeviceIdentity(DeviceKind.CAMERA, "id", "name", "spec")
    return events.Prepared(device, device, device, 1280, 720, 30.0, 48_000, "superfast")


def started(segment: int = 1) -> events.Started:
    return events.Started("s", segment, f"/r/s/{segment}.mp4", "2026-11-22T10:00:00+00:00", 0)


def stopped(reason: str = "completed") -> events.Stopped:
    return events.Stopped("s", reason, "/r/s/a.mp4", "/r/s/manifest.json", 60 * NS, 1800, 0, 0)
