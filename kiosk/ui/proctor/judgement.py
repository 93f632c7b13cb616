"""What the proctor is told in words: the one sentence, whether all is well, and each problem with what to do.

Pure functions of a View. Words of the recorder and of the devices are made in English, and told in the language of the
screens (`kiosk.ui.told`).
"""

from typing import Final

from kiosk.domain.events import Progress
from kiosk.domain.view import CHECKING, Call, ReadyState, SessionState, Unfinished, View
from kiosk.ui.reasons import why_not_lit
from kiosk.ui.told import told
from kiosk.ui.words import number, tr, why_early

State = SessionState
RUNNING: Final = (State.ASKING, State.THINKING, State.ANSWERING)
RECORDED: Final = (State.PREPARING, State.RESUMING, State.STARTING, *RUNNING, State.PAUSED)
"""From the first device opened for the recording until it is being finished."""
ENDED: Final = (State.FINISHED, State.REFUSED, State.FAILED)


def offered(view: View) -> Unfinished | None:
    """The interview that was cut off and may go on, while no other is begun."""
    return view.unfinished if view.state is State.IDLE else None


def judge(view: View) -> tuple[str, bool]:
    """The sentence at the top, and whether all is well."""
    if view.called is not None:
        return _why_called(view.called), False
    if view.state is State.FAILED:
        return tr("The interview failed."), False
    if view.state is State.IDLE:
        return _idle(view)
    if view.state is State.PAUSED:
        return tr("Paused. Nobody is seen or heard in the recording."), not view.troubles
    if view.state in RUNNING:
        return _running(view)
    if view.state in CHECKING:
        if view.troubles or view.held:
            return tr("The check has found something wrong. Nothing is being recorded."), False
        return tr("The candidate tries the devices. Nothing is being recorded."), True
    others = {
        State.CONFIRMING: tr("The candidate confirms who they are. Nothing is being recorded."),
        State.CONSENT: tr("Waiting for consent. Nothing is being recorded."),
        State.READY: tr("Ready to begin. Nothing is being recorded."),
        State.PREPARING: tr("The devices are being prepared."),
        State.RESUMING: tr("The recording was interrupted and is being started again."),
        State.STARTING: tr("The recording is starting."),
        State.FINISHING: tr("The recording is being finished."),
        State.FINISHED: tr("The interview is stored."),
        State.REFUSED: tr("The candidate did not agree. Nothing was recorded."),
    }
    return others[view.state], not view.troubles


def _why_called(call: Call) -> str:
    return {
        Call.HELP: tr("The candidate asks for you."),
        Call.AWAY: tr("Nobody has moved or spoken for a long time."),
        Call.REFUSED: tr("The candidate did not agree and waits for you."),
        Call.TROUBLE: tr("A device does not work, and the candidate has been told that you come."),
        Call.CHECK: tr("The candidate cannot get through the check."),
    }[call]


def _idle(view: View) -> tuple[str, bool]:
    if offered(view) is not None:
        return tr("An interview was cut off. It can go on, or end here."), False
    state = view.readiness.state
    if state is ReadyState.NOT_READY:
        return tr("Not ready. Nothing is being recorded."), False
    if state is ReadyState.CHECKING:
        return tr("The devices are being tried. Nothing is being recorded."), True
    if state is ReadyState.UNKNOWN:
        return tr("The devices have not been tried yet. Nothing is being recorded."), not view.troubles
    return tr("Ready. Nothing is being recorded."), not view.troubles


def _running(view: View) -> tuple[str, bool]:
    progress = view.progress
    if progress is None or not progress.rec:
        return _why_unlit(progress), False
    if view.troubles:
        return tr("It is being recorded, but something is wrong."), False
    return tr("All is well. The interview is being recorded."), True


def _why_unlit(progress: Progress | None) -> str:
    """The candidate need not know more than that it does not record; the proctor does."""
    reason = progress.rec_reason.rstrip(".") if progress is not None else ""
    known = {
        "": tr("Not recording."),
        "Not recording: the recorder failed": tr("Not recording: the recorder failed."),
        "Perhaps not recording: the recorder does not answer": tr(
            "Perhaps not recording: the recorder does not answer."
        ),
    }
    return known[reason] if reason in known or progress is None else f"{why_not_lit(progress)}."


def problems(view: View) -> list[str]:
    """What is wrong and what to do, one entry for each."""
    found = []
    left = offered(view)
    if left is not None:
        words = tr(
            "{title}, candidate {candidate}, was cut off at question {n} of {count}. "
            "What was recorded until then is stored."
        )
        words = words.replace("{n}", number(left.index + 1)).replace("{count}", number(left.questions))
        found.append(words.replace("{title}", left.title).replace("{candidate}", left.candidate))
    found += [told(f"{trouble.what} {trouble.remedy}".strip()) for trouble in view.troubles]
    if view.state is State.IDLE and view.readiness.state is ReadyState.NOT_READY:
        found.append(told(f"{view.readiness.what} {view.readiness.remedy}".strip()))
    if view.verdict_words and view.state in (*CHECKING, State.READY):
        found.append(told(view.verdict_words))
    if view.state in ENDED and view.message:
        found.append(told(why_early(view.message)))
    if view.devices.problem:
        found.append(told(view.devices.problem))
    if view.tries_to_leave:
        found.append(tr("%Ln attempt(s) to leave the kiosk since this panel was open last.", "", view.tries_to_leave))
    if not view.lock.required:
        found.append(tr("No PIN is set: anybody who finds this panel can use it. Please set one in the configuration."))
    return found
