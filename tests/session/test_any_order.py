"""Whatever people press and devices do, in any order: the director keeps to its table, and some things never happen."""

import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import commands, events, requests, view
from kiosk.domain.clock import NS
from kiosk.domain.interview import Accommodations
from kiosk.domain.view import SessionState as State
from kiosk.session.ports import Narrated
from kiosk.session.practice import PRACTICE
from kiosk.session.states import TABLE
from tests.session.stage import CONSENT, INTERVIEW, LOST, Stage, prepared, started, stopped

MESSAGES = (
    view.Choose(INTERVIEW, "c-1"),
    view.Agree(CONSENT),
    view.Refuse(),
    view.Next(),
    view.Repeat(),
    view.CodeChanged("def f(): return 1"),
    view.PauseSession(),
    view.ResumeSession(),
    view.StopSession("stopped"),
    view.Dismiss(),
    view.GoOn(),
    view.EndHere(),
    requests.Choose(INTERVIEW, "c-2", confirmed=False),
    requests.Confirm(),
    requests.Deny(),
    requests.Again(),
    requests.NotHeard(),
    requests.SkipPractice(),
    requests.SkipCheck(),
    requests.Rehearse(),
    requests.TryDevices(),
    requests.ChooseDevices("c2", "m2", "s2"),
    requests.MoreTime(),
    requests.GrantTime(60),
    requests.SkipQuestion(),
    requests.GoBack(),
    requests.RepeatQuestion(),
    requests.Accommodate(Accommodations(time_factor=2.0, no_limits=True, slower_voice=True)),
    requests.Accommodate(Accommodations()),
    requests.ReadAloud("One thing. Another thing."),
    requests.SetVolume(20),
    requests.CallProctor(),
    requests.TriedToLeave("Alt+F4"),
    requests.Attend(),
    requests.LeaveKiosk(),
    events.Rehearsed(events.Verdict.WRONG, "Nothing was heard.", 3.0, None, {}),
    events.Replayed(),
    events.VoiceEnded(PRACTICE, 0),
    Narrated("first", Path("1.wav"), 2.0),
    Narrated("second", Path("2.wav"), 2.0),
    prepared(),
    started(),
    started(2),
    events.VoiceStarted("first", 0),
    events.VoiceEnded("first", 3 * NS),
    events.VoiceEnded("second", 9 * NS),
    events.VoiceLost("first", 0, "no loudspeaker"),
    events.Paused(NS),
    events.Resumed(2 * NS),
    events.Problem("camera", "The camera is lost.", "Plug it in."),
    events.Failed("prepare", "device", "The camera is missing.", "", fatal=True),
    stopped(),
    LOST,
)
"""Everything that can reach a director, each at any time."""
WAITS = (0.1, 3.0, 31.0, 61.0)
STEPS = st.lists(st.sampled_from([*MESSAGES, *WAITS]), max_size=60)
SPOKEN = (Narrated("first", Path("1.wav"), 2.0), Narrated("second", Path("2.wav"), 2.0))
USUAL = (view.Choose(INTERVIEW, "c-1"), view.Agree(CONSENT), *SPOKEN, prepared(), started())
"""Without this most sequences would never begin."""
NEXT = {state: {after for (before, _), after in TABLE.items() if before is state} for state in State}


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(st.booleans(), st.booleans(), STEPS)
def test_in_any_order_it_keeps_to_its_table_and_records_nobody_who_did_not_agree(
    begun: bool, tried: bool, steps: list[object]
) -> None:
    stage = Stage(check=tried, rehearsal=tried, self_check=tried, attended=tried)
    for step in [*(USUAL if begun else ()), *steps]:
        if isinstance(step, float):
            stage.wait(step)
        else:
            stage.say(step)
        states = [State.IDLE, *(shown.state for shown in stage.views)]
        assert all(now is before or now in NEXT[before] for before, now in itertools.pairwise(states))
        sent = stage.recorder.sent
        orders = [command for command in sent if isinstance(command, commands.Prepare)]
        kept = [order for order in orders if not order.rehearsal]
        assert all(order.consent is not None for order in kept), "what is kept, somebody agreed to"
        assert not kept or ("opened", "trial", kept[0].candidate, "v1") in stage.book.entries, "and that is on record"
        assert stage.now.progress is None or not stage.now.progress.rec
        speaks = [at for at, command in enumerate(sent) if isinstance(command, commands.Speak)]
        starts = [at for at, command in enumerate(sent) if isinstance(command, commands.Start)]
        assert not speaks or (starts and starts[0] < speaks[0]), "no question before the recording began"
