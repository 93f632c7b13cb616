"""Everything of a person as one ZIP, written while it is read: nothing is collected on a disk or in memory."""

import json
import re
import zipfile
from typing import Any, BinaryIO, Final

from django.db.models import Q

from kiosk.domain.errors import WorldFailed
from kiosk.server.catalogue.models import AuditEntry, Candidate, InterviewSession, Recording
from kiosk.server.finalise import live, stored

README: Final = """Everything that this server holds about one person.

candidate.json    who this is about, and what was planned
audit.json        who did what with it, and when

In the folder of each session:
recording.mp4     the recording as it is played       captions.vtt   its captions       poster.jpg   its picture
originals/        the files exactly as the kiosk made them
arrived/          instead of these, what has arrived of a recording that is not complete yet
manifest.json     questions, times, devices, quality, gaps
code/             the last text of each coding question, and how it came about
consent.json      what was agreed to               session.json   when and where       receipt.json   the signed receipt

MISSING.txt       only when a file that should be here could not be read
"""


def person_archive(candidate: Candidate, target_stream: BinaryIO) -> None:
    """Writes the archive to a stream, which need not seek and is left open. Raises what the stream raises."""
    of_person = Q(interview__candidate=candidate) | Q(interview=None, candidate_reference=candidate.pk)
    sessions = list(InterviewSession.objects.filter(of_person).order_by("opened_at"))
    subjects = [candidate.pk, *(str(session.pk) for session in sessions)]
    missing: list[str] = []
    with zipfile.ZipFile(target_stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("README.txt", README)
        planned = candidate.interviews.order_by("pk").values("definition_id", "title", "note", "open", "created_at")
        facts = {"id": candidate.pk, "name": candidate.name, "created_at": candidate.created_at}
        facts["interviews"] = list(planned)
        _json(archive, "candidate.json", facts)
        for session in sessions:
            _session(archive, session, missing)
        entries = AuditEntry.objects.filter(subject__in=subjects).order_by("at", "pk")
        _json(archive, "audit.json", list(entries.values("at", "who", "what", "subject", "detail", "address")))
        if missing:
            archive.writestr("MISSING.txt", "\n".join(missing) + "\n")


def _session(archive: zipfile.ZipFile, session: InterviewSession, missing: list[str]) -> None:
    folder = str(session.pk)
    interview = session.interview
    _json(
        archive,
        f"{folder}/session.json",
        {
            "session": folder,
            "candidate": session.candidate_reference,
            "interview": session.interview_reference,
            "title": session.title,
            "started_at": session.started_at,
            "kiosk": session.kiosk.name if session.kiosk else None,
            "metadata": session.metadata,
            "result": interview.ai_result if interview else None,
            "note": interview.note if interview else None,
        },
    )
    consent = getattr(session, "consent", None)
    if consent is not None:
        given = {key: getattr(consent, key) for key in ("reference", "text_sha256", "language", "given_at")}
        _json(archive, f"{folder}/consent.json", given)
    recording = getattr(session, "recording", None)
    if recording is not None:
        _recording(archive, recording, folder, missing)


def _recording(archive: zipfile.ZipFile, recording: Recording, folder: str, missing: list[str]) -> None:
    if recording.manifest:
        _json(archive, f"{folder}/manifest.json", recording.manifest)
        _code(archive, recording.manifest, folder)
    if recording.receipt:
        _json(archive, f"{folder}/receipt.json", recording.receipt)
    beside = (
        ("recording.mp4", recording.video),
        ("captions.vtt", recording.captions),
        ("poster.jpg", recording.poster),
    )
    for name, held in beside:
        if held:
            _file(archive, f"{folder}/{name}", [held], missing)
    originals = [segment for segment in recording.segments.all() if segment.original]
    for segment in originals:
        name = segment.original.rpartition("/")[2]
        _file(archive, f"{folder}/originals/{name}", [segment.original], missing)
    kept = {segment.number for segment in originals}
    for number, run in enumerate(live.watchable(recording), 1):
        if number not in kept:
            _file(archive, f"{folder}/arrived/segment_{number:02}.mp4", [chunk.name for chunk in run], missing)


def _code(archive: zipfile.ZipFile, manifest: Any, folder: str) -> None:
    found = manifest.get("code") if isinstance(manifest, dict) else None
    for number, code in enumerate(found if isinstance(found, list) else [], 1):
        if isinstance(code, dict):
            question = re.sub(r"[^a-z0-9-]", "_", str(code.get("question", "")))[:64]
            base = f"{folder}/code/{number:02}_{question}"
            archive.writestr(f"{base}.txt", str(code.get("final", "")))
            _json(archive, f"{base}_history.json", code.get("history"))


def _file(archive: zipfile.ZipFile, name: str, held: list[str], missing: list[str]) -> None:
    """Copies stored files, one after another, into one of the archive."""
    try:
        with archive.open(name, "w", force_zip64=True) as out:
            for each in held:
                for piece in stored.pieces(each):
                    out.write(piece)
    except (stored.Gone, WorldFailed) as error:
        missing.append(f"{name}: {error}")


def _json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(name, json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
