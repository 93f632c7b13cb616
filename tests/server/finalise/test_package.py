import io
import json
import threading
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage

from kiosk.server.catalogue import audit
from kiosk.server.catalogue.models import Candidate, Interview
from kiosk.server.finalise.package import person_archive
from kiosk.server.finalise.worker import Worker
from tests.server.finalise.material import film, read, send

pytestmark = pytest.mark.usefixtures("database")


class Line(io.RawIOBase):
    """A stream that can only be written to, like an answer on its way."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def archive(person: str) -> zipfile.ZipFile:
    line = Line()
    person_archive(Candidate.objects.get(pk=person), line)  # type: ignore[arg-type]  # all of a stream that it needs
    made = zipfile.ZipFile(io.BytesIO(bytes(line.data)))
    assert made.testzip() is None
    return made


def test_everything_of_a_person_is_in_it_and_nothing_of_another() -> None:
    sent, other = send(4.0), send(2.0, candidate="bob")
    Worker(threading.Event()).drain()
    arriving = send(4.0, complete=False)
    audit.record("reviewer", "view", sent.session)
    audit.record("reviewer", "view", other.session)

    made = archive("ada")

    row = sent.row()
    assert made.read(f"{sent.session}/recording.mp4") == read(row.video)
    assert made.read(f"{sent.session}/poster.jpg") == read(row.poster)
    assert made.read(f"{sent.session}/captions.vtt") == read(row.captions)
    original = row.segments.get().file
    assert made.read(f"{sent.session}/originals/{original}") == film(4.0)
    assert made.read(f"{arriving.session}/arrived/segment_01.mp4") == film(4.0)
    assert json.loads(made.read(f"{sent.session}/manifest.json")) == row.manifest
    assert json.loads(made.read(f"{sent.session}/receipt.json")) == row.receipt
    assert json.loads(made.read(f"{sent.session}/consent.json"))["reference"] == "signed-17"
    assert made.read(f"{sent.session}/code/01_list.txt").decode() == "print(1)\n"
    assert len(json.loads(made.read(f"{sent.session}/code/01_list_history.json"))) == 2
    assert json.loads(made.read("candidate.json"))["name"] == "Ada L."
    assert [entry["subject"] for entry in json.loads(made.read("audit.json"))] == [sent.session]
    assert not any(other.session in name for name in made.namelist())
    assert "MISSING.txt" not in made.namelist()


def test_what_was_planned_and_never_held_is_in_it_with_its_note() -> None:
    person = Candidate.objects.create(id="ada", name="Ada L.")
    Interview.objects.create(candidate=person, title="Team lead", note="needs more time")
    [planned] = json.loads(archive("ada").read("candidate.json"))["interviews"]
    assert (planned["title"], planned["note"], planned["open"]) == ("Team lead", "needs more time", True)


def test_a_file_that_is_gone_is_named_and_the_rest_is_there() -> None:
    sent = send(2.0)
    Worker(threading.Event()).drain()
    default_storage.delete(sent.row().poster)
    made = archive("ada")
    assert f"{sent.session}/poster.jpg" in made.read("MISSING.txt").decode()
    assert made.read(f"{sent.session}/recording.mp4") == read(sent.video)


def test_no_name_in_it_leads_outside() -> None:
    code = [{"question": "../../etc/passwd", "final": "x", "history": []}]
    sent = send(2.0, manifest={"code": code}, complete=True)
    made = archive("ada")
    assert f"{sent.session}/code/01_______etc_passwd.txt" in made.namelist()
    assert not any(".." in name or name.startswith("/") for name in made.namelist())
