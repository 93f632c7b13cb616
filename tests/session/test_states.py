import pytest

from kiosk.domain.view import SessionState as State
from kiosk.session.states import TABLE, TRIAL, Happening, IllegalMoveError, move, recording


def test_every_state_can_be_reached_from_idle() -> None:
    reached = {State.IDLE}
    while True:
        more = {after for (before, _), after in TABLE.items() if before in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(State)


def test_every_state_leads_back_to_idle() -> None:
    leads = {State.IDLE}
    while True:
        more = {before for (before, _), after in TABLE.items() if after in leads} - leads
        if not more:
            break
        leads |= more
    assert leads == set(State)


def test_an_illegal_move_raises_and_names_both() -> None:
    with pytest.raises(IllegalMoveError, match="'answered' cannot happen while 'idle'"):
        move(State.IDLE, Happening.ANSWERED)


def test_nothing_records_before_consent() -> None:
    """The only way into a recording state from outside leads through consent and preparing."""
    entries = {
        (before, happening)
        for (before, happening), after in TABLE.items()
        if recording(after) and not recording(before)
    }
    assert entries == {
        (State.PREPARING, Happening.PREPARED),
        (State.PREPARING, Happening.ENDING),
        (State.PREPARING, Happening.RECORDER_LOST),
        (State.IDLE, Happening.CONTINUED),  # these two go on with an interview that has its consent
        (State.IDLE, Happening.REJOINED),
    }
    assert {before for (before, _), after in TABLE.items() if after is State.PREPARING} == {State.CONSENT, State.READY}
    doors = {before for (before, _), after in TABLE.items() if after in TRIAL and before not in TRIAL}
    assert doors == {State.CONSENT, State.IDLE}, "from idle the proctor rehearses, without an interview"


def test_check_and_rehearsal_can_be_skipped_ended_begun_again_and_can_break() -> None:
    for state in TRIAL:
        assert state is State.READY or move(state, Happening.CHECKED) is State.READY
        assert move(state, Happening.ENDING) is State.IDLE
        assert move(state, Happening.RECORDER_LOST) is State.OPENING
        assert move(state, Happening.BROKEN) is State.FAILED
        assert not recording(state)


def test_whatever_records_can_be_ended_and_can_break() -> None:
    for state in State:
        if recording(state) and state is not State.FINISHING:
            assert move(state, Happening.ENDING) is State.FINISHING
        if recording(state):
            assert move(state, Happening.BROKEN) is State.FAILED
