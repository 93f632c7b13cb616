"""The pages' addresses. A test asks each of them who may see it."""

import re

from django.urls import path, register_converter

from kiosk.server.review import (
    accounts,
    candidates,
    fleet,
    interviews,
    personal_data,
    planning,
    playback,
    records,
    sign_in,
    unassigned,
)


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


class DefinitionId:
    """An interview's id as its file has it."""

    regex = "[a-z0-9-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


class Hash(DefinitionId):
    """SHA-256 of a text, hexadecimal."""

    regex = "[0-9a-f]{64}"


register_converter(CandidateId, "candidate")
register_converter(DefinitionId, "interview")
register_converter(Hash, "sha256")

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
    path("planning", planning.planning, name="planning"),
    path("planning-new", planning.new, name="planning-new"),
    path("planning/<candidate:candidate>", planning.plan, name="plan"),
    path("planning/<candidate:candidate>/name", planning.rename, name="plan-name"),
    path("planning/<candidate:candidate>/ask", planning.ask, name="plan-ask"),
    path("planning/<candidate:candidate>/remove", planning.remove, name="plan-remove"),
    path("assignments/<int:assignment>/take-back", planning.take_back, name="take-back"),
    path("interviews", interviews.interviews, name="interviews"),
    path("interviews-new", interviews.new, name="interview-new"),
    path("interviews/<interview:interview>", interviews.interview, name="interview"),
    path("interviews/<interview:interview>/change", interviews.change, name="interview-change"),
    path("interviews/<interview:interview>/delete", interviews.delete, name="interview-delete"),
    path("interviews/<interview:interview>/texts/<sha256:sha256>", interviews.interview, name="interview-text"),
    path("interviews/<interview:interview>/texts/<sha256:sha256>/file", interviews.download, name="interview-file"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new", accounts.new, name="account-new"),
    path("accounts/<int:account>", accounts.account, name="account"),
    path("accounts/<int:account>/password", accounts.new_password, name="account-password"),
    path("accounts/<int:account>/close", accounts.close, name="account-close"),
    path("accounts/<int:account>/open", accounts.open_again, name="account-open"),
    path("kiosks", fleet.kiosks, name="kiosks"),
    path("kiosks/code", fleet.make_code, name="enrol-code"),
    path("kiosks/<uuid:kiosk>/revoke", fleet.revoke, name="revoke"),
    path("audit", records.audit_log, name="audit"),
]
