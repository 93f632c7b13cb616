"""What the recorder and the director report, in words for the candidate: a sentence of the screens for each.

Their own words are English, stand in logs and reports, and are told to the proctor as they are. A candidate reads only
what stands here.
"""

from kiosk.domain.errors import DeviceFailed, NoSpace, VoiceFailed
from kiosk.domain.events import Progress
from kiosk.domain.view import Readiness, View
from kiosk.ui import language
from kiosk.ui.words import tr, why_early


def why_not_lit(progress: Progress) -> str:
    """Why REC is not lit, or what is missing while it is; empty when all is well."""
    reason = progress.rec_reason.rstrip(".")
    told = {
        "": "",
        "Not recording": tr("Not recording"),
        "Ready, not recording": tr("Ready, not recording"),
        "Starting": tr("The recording starts"),
        "Paused": tr("Paused"),
        "Finishing": tr("The recording is being stored"),
        "Playing back, not recording": tr("Playing back, not recording"),
        "Recording finished": tr("The recording is finished"),
        "Not recording: the recorder failed": tr("Not recording"),
        "Not recording: the disk does not keep up": tr("Not recording: the disk does not keep up"),
        "Sound only: the camera is lost": tr("Sound only: the camera is lost"),
        "Picture only: the microphone is lost": tr("Picture only: the microphone is lost"),
        "Not recording: camera and microphone are lost": tr("Not recording: camera and microphone are lost"),
        "Perhaps not recording: the recorder does not answer": tr("Perhaps not recording"),
        "Nothing is kept": tr("Nothing is kept"),
    }
    return told.get(reason, tr("Not recording") if not progress.rec else "")


def why_not_ready(readiness: Readiness) -> str:
    """Why no interview can begin here, on the idle screen: in English as it was found, else by what is at fault."""
    if not readiness.what or language.spoken() == language.SOURCE:
        return readiness.what
    return {
        "camera": tr("The camera does not work."),
        "microphone": tr("The microphone does not work."),
        "loudspeaker": tr("The loudspeaker does not work."),
        "disk": tr("There is no more room for the recording."),
    }.get(readiness.device, tr("Something on this kiosk does not work."))


def why_ended(message: str) -> str:
    """Why an interview ended early, for the candidate: never in the words of a device."""
    told = why_early(message)
    return told if told != message else tr("Something on this kiosk did not work.")


def why_failed(view: View) -> str:
    """Why the interview had to stop."""
    return {
        NoSpace.code: tr("There is no more room for the recording."),
        DeviceFailed.code: tr("A device of this kiosk does not work."),
        VoiceFailed.code: tr("The voice of this kiosk does not work."),
    }.get(view.failure, tr("Something on this kiosk does not work."))
