"""What the recorder and the director report, in words for the candidate: a sentence of the screens for each.

Their own words are English, stand in logs and reports, and are told to the proctor as they are. A candidate reads only
what stands here.
"""

from kiosk.domain.errors import DeviceFailed, NoSpace, VoiceFailed
from kiosk.domain.events import Progress
from kiosk.domain.view import View
from kiosk.ui.words import tr


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


def why_failed(view: View) -> str:
    """Why the interview had to stop."""
    return {
        NoSpace.code: tr("There is no more room for the recording."),
        DeviceFailed.code: tr("A device of this kiosk does not work."),
        VoiceFailed.code: tr("The voice of this kiosk does not work."),
    }.get(view.failure, tr("Something on this kiosk does not work."))
