"""What a director finds around it."""

import queue
from pathlib import Path

from kiosk.app.surroundings import Hall, PinGuard, SideVoice
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import BadRequest
from kiosk.domain.interview import Interview
from kiosk.domain.view import Assigned
from kiosk.interviews.load import load
from kiosk.ledger.ledger import Ledger
from kiosk.session.pin import hash_pin
from kiosk.session.ports import Attempt, DevicesFound
from kiosk.system import places

INTERVIEW = load(places.asset("interviews/demonstration.toml"))


def test_interviews_are_looked_at_anew_and_stay_when_they_cannot_be_read() -> None:
    found: list[tuple[tuple[Interview, ...], tuple[Assigned, ...]]] = [((INTERVIEW,), (Assigned("c-1", INTERVIEW),))]

    def offered() -> tuple[tuple[Interview, ...], tuple[Assigned, ...]]:
        if not found:
            raise BadRequest("The file is wrong.")
        return found.pop()

    posted: queue.SimpleQueue[DevicesFound] = queue.SimpleQueue()
    hall = Hall(offered, (), posted.put)
    for _ in range(2):
        assert hall.interviews() == (INTERVIEW,)
        assert [each.candidate for each in hall.assigned()] == ["c-1"]
    assert Hall(None, (INTERVIEW,), posted.put).interviews() == (INTERVIEW,)


def test_a_consent_is_in_the_language_of_the_interview_or_in_english() -> None:
    hall = Hall(None, (), lambda _: None)
    spoken, unknown = hall.consent("en-GB"), hall.consent("tlh")
    assert spoken is not None
    assert unknown is not None
    assert (spoken.language, unknown.language) == ("en", "en")
    assert spoken.text.startswith("#")


def test_the_pin_and_its_attempts_last_longer_than_the_program(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3")
    guard = PinGuard(hash_pin("270861"), ledger.attempts, SystemClock())
    assert guard.required()
    assert guard.matches("270861")
    assert not guard.matches("270862")
    boot, since_ns = guard.since_start()
    assert (boot, since_ns) <= guard.since_start()
    guard.remember(Attempt(boot, since_ns, right=False))
    guard.remember(Attempt(boot, since_ns, right=False, carried=True))
    guard.remember_leaving("Alt+F4", 3)
    ledger.close()
    again = Ledger.open(tmp_path / "ledger.sqlite3")
    found = PinGuard("", again.attempts, SystemClock())
    assert not found.required()
    assert list(found.attempts()) == [
        Attempt(boot, since_ns, right=False),
        Attempt(boot, since_ns, right=False, carried=True),
    ]
    assert [(row.how, row.times) for row in again.attempts.leaving()] == [("Alt+F4", 3)]
    assert found.unseen_leaving() == 3
    found.see_leaving()
    assert found.unseen_leaving() == 0
    again.close()


def test_a_voice_beside_the_recorder_can_be_cut_short(tmp_path: Path) -> None:
    voice = SideVoice("simulated")
    voice.hush()
    voice.say(places.asset("sounds/answer-starts.wav"))
    first = voice._process
    voice.say(places.asset("sounds/answer-ends.wav"))
    assert first is not None
    assert first.poll() is not None, "one at a time"
    voice.hush()
