"""The pages' addresses. A test asks each of them who may see it."""

import re

from django.urls import path, register_converter

from kiosk.server.review import candidates, fleet, personal_data, playback, records, sign_in, unassigned


class CandidateId:
    """A candidate's id is any text; what an address cannot hold travels as ~ and its code."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        try:
            return re.sub(r"~([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), value)
        except ValueError:
            return value

    def to_url(self, value: object) -> str:
        text = re.sub(r"[~/\\]", lambda found: f"~{ord(found[0]):02x}", str(value))
        return text.replace(".", "~2e") if text in {".", ".."} else text


register_converter(CandidateId, "candidate")

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out", sign_in.SignOut.as_view(), name="sign-out"),
    path("password", sign_in.ChangePassword.as_view(), name="password"),
    path("password/changed", sign_in.password_changed, name="password-changed"),
    path("candidates", candidates.candidates, name="candidates"),
    path("candidates/<candidate:candidate>", candidates.candidate, name="candidate"),
    path("candidates/<candidate:candidate>/export", personal_data.export, name="export"),
    path("candidates/<candidate:candidate>/delete", personal_data.erase_person, name="erase"),
    path("candidates/<candidate:candidate>/<uuid:session>", candidates.candidate, name="candidate-recording"),
    path("unassigned", unassigned.unassigned, name="unassigned"),
    path("unassigned/<uuid:session>", unassigned.sitting, name="sitting"),
    path("unassigned/<uuid:session>/assign", unassigned.assign, name="assign"),
    path("unassigned/<uuid:session>/delete", personal_data.erase_sitting, name="erase-sitting"),
    path("recordings/<uuid:session>/state", candidates.state, name="state"),
    path("recordings/<uuid:session>/link", playback.fresh_link, name="fresh-link"),
    path("recordings/<uuid:session>/captions", playback.captions, name="captions"),
    path("recordings/<uuid:session>/poster", playback.poster, name="poster"),
    path("recordings/<uuid:session>/download", playback.download, name="download"),
    path("play/<str:token>", playback.play, name="play"),
    path("kiosks", fleet.kiosks, name="kiosks"),
    path("kiosks/code", fleet.make_code, name="enrol-code"),
    path("kiosks/<uuid:kiosk>/revoke", fleet.revoke, name="revoke"),
    path("audit", records.audit_log, name="audit"),
]
