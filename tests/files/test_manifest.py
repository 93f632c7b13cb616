import dataclasses
import json
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import kiosk.contract
from kiosk.contract.manifest import Caption, CodeState, Happening, Manifest, MissingTime, Segment, Span
from kiosk.domain import events
from kiosk.domain.clock import NS
from kiosk.domain.commands import Prepare
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.interview import Consent
from kiosk.domain.wire import plain
from kiosk.files.manifest import PROGRAM, SEALED, fold, read_manifest, write_manifest
from kiosk.files.report import ECHO, MINUTE, QUALITY, SYNC_MARK
from kiosk.media.quality import Minute

SESSION = "0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001"
T0 = 500 * NS
PREPARE = Prepare(
    session=SESSION,
    interview="backend",
    interview_title="Backend engineer",
    interview_sha256="ab" * 32,
    language="en",
    candidate="c-17",
    consent=Consent("v3", "cd" * 32, "en", "2026-11-22T14:02:00+01:00"),
    camera="0",
    microphone="default",
    speaker="default",
    questions={"proud": "What are you proud of?", "list": "Reverse a list."},
)


def identity(kind: DeviceKind) -> DeviceIdentity:
    return DeviceIdentity(kind, f"usb-{kind}", f"The {kind}", "0")


PREPARED = events.Prepared(
    identity(DeviceKind.CAMERA),
    identity(DeviceKind.MICROPHONE),
    identity(DeviceKind.LOUDSPEAKER),
    1280,
    720,
    29.97,
    48_000,
    "superfast",
)
STARTED = events.Started(SESSION, 1, "/out/one.mp4", "2026-11-22T14:03:07+01:00", T0)


def line(value: Any, t_ns: int = 0) -> dict[str, Any]:
    return {"t_ns": t_ns, "wall": "2026-11-22T14:03:07+01:00", "kind": type(value).__name__, **plain(value)}


def sealed(duration_ns: int = 60 * NS) -> dict[str, Any]:
    return {
        "kind": SEALED,
        "segment": 1,
        "file": "one.mp4",
        "start_ns": 0,
        "duration_ns": duration_ns,
        "bytes": 1234,
        "sha256": "ef" * 32,
    }


def mark(what: events.MarkKind, question: str, at_s: float, text: str = "") -> events.Marked:
    return events.Marked(what.value, question, text, round(at_s * NS))


def stopped(reason: str = "completed") -> events.Stopped:
    return events.Stopped(SESSION, reason, "/out/one.mp4", "/out/manifest.json", 60 * NS, 1800, 0, 0)


MARK = events.MarkKind
INTERVIEW = [
    mark(MARK.QUESTION, "proud", 0.5),
    events.VoiceStarted("proud", 1 * NS),
    events.VoiceEnded("proud", 3 * NS),
    mark(MARK.REPEAT, "proud", 4),
    events.VoiceStarted("proud", 5 * NS),
    events.VoiceEnded("proud", 7 * NS),
    mark(MARK.THINK, "proud", 7),
    mark(MARK.ANSWER_STARTED, "proud", 10),
    mark(MARK.ANSWER_ENDED, "proud", 30),
    mark(MARK.QUESTION, "list", 31),
    mark(MARK.ANSWER_STARTED, "list", 35),
    mark(MARK.CODE, "list", 40, "def"),
    mark(MARK.CODE, "list", 41, "def f"),
    mark(MARK.ANSWER_ENDED, "list", 58),
]


def told(values: Iterable[Any], *rest: dict[str, Any]) -> Manifest:
    return fold([line(PREPARE), line(PREPARED), line(STARTED), *(line(value) for value in values), *rest])


def minute(start_s: int) -> dict[str, Any]:
    return {"kind": MINUTE, **plain(Minute(start_s, 60, 1800, 30, 40, -30, -3, -20, 1, 0, 80))}


ECHOED = {"kind": ECHO, "question": "proud", "method": "aec", "echo_down_db": 35.0, "second_peak_db": -32.0}


def full() -> Manifest:
    more = [
        events.Gap("camera", 20 * NS, 2 * NS, "The camera was lost."),
        events.Paused(32 * NS),
        events.Resumed(34 * NS),
        events.ChunkReady(1, 1, 100, 50, "22" * 32),
        events.ChunkReady(1, 0, 0, 100, "11" * 32),
    ]
    quality = {"kind": QUALITY, "report": {"frames": 1700, "encoder": "libx264"}}
    program = {"kind": PROGRAM, "version": "kiosk 0.1.0"}
    marks = [{"kind": SYNC_MARK, "at_s": 9.0, "sound_later_s": later_s} for later_s in (0.003, -0.009, 0.004, "?")]
    return told([*INTERVIEW, *more], program, minute(0), minute(60), ECHOED, *marks, sealed(), quality, line(stopped()))


def test_a_quiet_interview_of_coding_challenges_alone_is_good_and_one_with_a_spoken_answer_is_not() -> None:
    quiet = {**minute(0), "lufs": -63, "dropped": 0}
    sentences = []
    for marks in (INTERVIEW[9:], INTERVIEW):
        quality = told(marks, quiet, sealed(), line(stopped())).quality
        assert quality is not None
        sentences.append(quality["sentence"])
    assert sentences == ["Good: picture and sound are complete.", "Nobody can be heard."]


def test_segments_are_one_recording_and_what_was_told_beyond_a_cut_is_not_in_it() -> None:
    further = events.Started(SESSION, 2, "/out/two.mp4", "2026-11-22T14:04:00+01:00", T0 + 60 * NS, 40 * NS)
    manifest = told(
        [
            *INTERVIEW,
            events.Problem("camera", "The camera is lost.", ""),
            events.Gap("recorder", 40 * NS, 1 * NS, "The recorder was cut off."),
            events.Gap("recorder", 40 * NS, 9 * NS, "The recorder was cut off."),
            mark(MARK.QUESTION, "lost", 41),
            further,
            mark(MARK.QUESTION, "list", 41),
        ],
        line(events.Problem("camera", "The camera is lost.", ""), T0 + 65 * NS),
        sealed(40 * NS),
        {**sealed(20 * NS), "segment": 2, "start_ns": 40 * NS},
    )
    assert [(segment.start_s, segment.duration_s) for segment in manifest.segments] == [(0.0, 40.0), (40.0, 20.0)]
    assert manifest.duration_s == 60.0
    assert [(chapter.question, chapter.start_s, chapter.end_s) for chapter in manifest.chapters][1:] == [
        ("list", 31.0, 40.0),
        ("list", 41.0, None),
    ]
    assert manifest.answers[-1].end_s == 40.0
    assert manifest.code[0].history[-1].at_s == 40.0
    assert [(gap.at_s, gap.lost_s) for gap in manifest.gaps] == [(40.0, 9.0)], "one gap, told twice"
    assert manifest.events[-1].at_s == 45.0, "instants are counted from the newest segment"


def test_chapters_begin_with_the_voice_and_end_with_the_answer() -> None:
    manifest = full()
    assert manifest.chapters == (Span("proud", 1.0, 30.0), Span("list", 31.0, 58.0))
    assert manifest.voice == (Span("proud", 1.0, 3.0), Span("proud", 5.0, 7.0))
    assert manifest.answers == (Span("proud", 10.0, 30.0), Span("list", 35.0, 58.0))


def test_captions_stand_while_the_question_sounds_or_until_the_answer_when_it_does_not() -> None:
    assert full().captions == (
        Caption(1.0, 3.0, "What are you proud of?", "proud"),
        Caption(5.0, 7.0, "What are you proud of?", "proud"),
        Caption(31.0, 35.0, "Reverse a list.", "list"),
    )


def test_code_keeps_its_history_on_media_time() -> None:
    (code,) = full().code
    assert (code.question, code.final) == ("list", "def f")
    assert code.history == (CodeState(40.0, "def"), CodeState(41.0, "def f"))


def test_session_segments_chunks_and_the_rest_are_there() -> None:
    manifest = full()
    assert (manifest.session, manifest.candidate, manifest.ended) == (SESSION, "c-17", "completed")
    assert manifest.interview == {
        "id": "backend",
        "title": "Backend engineer",
        "sha256": "ab" * 32,
        "language": "en",
    }
    assert manifest.started_at == "2026-11-22T14:03:07+01:00"
    assert manifest.duration_s == 60.0
    assert manifest.segments == (Segment("one.mp4", 0.0, 60.0, 1234, "ef" * 32),)
    assert [(chunk.number, chunk.offset) for chunk in manifest.chunks] == [(0, 0), (1, 100)]
    assert manifest.consent == plain(PREPARE.consent)
    assert manifest.devices is not None
    assert manifest.devices["camera"]["id"] == "usb-camera"
    assert manifest.gaps == (MissingTime(20.0, 2.0, "The camera was lost.", "camera"),)
    assert manifest.program == "kiosk 0.1.0"
    assert [event.what for event in manifest.events] == ["repeat", "think", "paused", "resumed", "ended"]


def test_the_quality_report_counts_over_all_recorders_and_says_what_is_wrong() -> None:
    quality = full().quality
    assert quality is not None
    assert (quality["frames"], quality["dropped"], quality["fps"]) == (3600, 2, 30.0), "the minutes know more than one"
    assert (quality["encoder"], quality["preset"]) == ("libx264", PREPARED.preset)
    assert [each["start_s"] for each in quality["minutes"]] == [0.0, 60.0]
    assert [each["question"] for each in quality["echo"]] == ["proud"]
    assert quality["sync"] == {"markers": 3, "median_ms": 3.0, "most_ms": -9.0}
    assert quality["verdict"] == "usable"
    assert quality["sentence"] == "Usable, but the picture is missing for 2.0 s."


def test_a_session_that_was_cut_off_is_judged_by_what_is_known_of_it() -> None:
    lost = events.Gap("recorder", 40 * NS, 90 * NS, "The recorder was cut off.")
    quality = told([lost], minute(0), {"kind": MINUTE, "start_s": "damaged"}, sealed(40 * NS)).quality
    assert quality is not None
    assert (quality["verdict"], len(quality["minutes"])) == ("wrong", 1)
    assert quality["sentence"] == "Nothing was recorded for 1 min 30 s."
    assert fold([line(PREPARE)]).quality is None, "of nothing recorded there is nothing to say"


def test_a_session_that_was_cut_off_has_no_end() -> None:
    manifest = told([*INTERVIEW[:8], events.Durable(1, 12 * NS, 999)])
    assert manifest.ended is None
    assert manifest.duration_s == 12.0
    assert manifest.chapters == (Span("proud", 1.0, None),)
    assert manifest.answers == (Span("proud", 10.0, None),)
    assert manifest.segments == ()


def test_an_interview_that_is_stopped_early_ends_what_runs() -> None:
    manifest = told(INTERVIEW[:8], sealed(), line(stopped("aborted")))
    assert manifest.ended == "aborted"
    assert manifest.chapters == (Span("proud", 1.0, 60.0),)
    assert manifest.answers == (Span("proud", 10.0, 60.0),)


def test_a_question_without_an_answer_ends_where_the_next_begins() -> None:
    manifest = told([mark(MARK.QUESTION, "proud", 1), mark(MARK.QUESTION, "list", 9)], sealed(), line(stopped()))
    assert manifest.chapters == (Span("proud", 1.0, 9.0), Span("list", 9.0, 60.0))


def test_a_voice_that_is_lost_ends_there_and_is_told() -> None:
    manifest = told(
        [
            mark(MARK.QUESTION, "proud", 1),
            events.VoiceStarted("proud", 2 * NS),
            events.VoiceLost("proud", 3 * NS, "The loudspeaker is gone."),
        ]
    )
    assert manifest.voice == (Span("proud", 2.0, 3.0),)
    assert manifest.events == (Happening(3.0, "voice-lost", "The loudspeaker is gone."),)


def test_a_problem_gets_its_media_time_from_the_session_clock() -> None:
    problem = events.Problem("microphone", "The microphone is silent.", "Check its switch.")
    over = events.Problem("microphone", "", "")
    manifest = fold(
        [line(PREPARE), line(problem, T0), line(STARTED), line(problem, T0 + 4 * NS), line(over, T0 + 6 * NS)]
    )
    assert manifest.events == (
        Happening(None, "microphone-problem", "The microphone is silent."),
        Happening(4.0, "microphone-problem", "The microphone is silent."),
        Happening(6.0, "microphone-recovered", ""),
    )


def test_a_loudspeaker_that_ran_dry_is_told_at_its_media_time() -> None:
    manifest = fold([line(PREPARE), line(STARTED), {"kind": "LoudspeakerRanDry", "t_ns": T0 + 4 * NS}])
    assert manifest.events == (Happening(4.0, "loudspeaker-ran-dry", ""),)


def test_lines_of_unknown_kinds_are_passed_over() -> None:
    lines = [{"kind": "Speak", "question": "proud"}, line(PREPARE), {"kind": "FromTheFuture", "x": 1}]
    assert fold(lines).session == SESSION


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line(STARTED)],
        [line(PREPARE), {"kind": "Gap", "device": "camera"}],
        [line(PREPARE), {"kind": SEALED, "segment": 1}],
        [line(PREPARE), {"kind": "Marked", "what": 5, "question": "", "text": "", "at_ns": 1}],
    ],
)
def test_a_journal_that_makes_no_sense_is_refused(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(BadRequest):
        fold(lines)


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    write_manifest(path, told([]))
    (tmp_path / "manifest.json.part").write_bytes(b"left by a power cut")
    write_manifest(path, full())

    assert read_manifest(path) == full()
    assert [each.name for each in tmp_path.iterdir()] == ["manifest.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"schema": 2}',
        b'{"schema": 1, "session": 5}',
        b"\xff\xfe",
        b'{"schema": 1}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_manifest_is_told_in_a_sentence_with_its_path(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(data)
    with pytest.raises(BadRequest, match=r"manifest\.json: The manifest"):
        read_manifest(path)


def test_a_manifest_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no manifest"):
        read_manifest(tmp_path / "manifest.json")
    with pytest.raises(WorldFailed):
        write_manifest(tmp_path / "nowhere" / "manifest.json", full())


def check(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "manifest") -> None:
    """As much of JSON Schema as the manifest's uses; stricter: a key that the schema does not name is an error."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "const" in schema:
        assert value == schema["const"], where
        return
    kinds = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "string": isinstance(value, str),
        "null": value is None,
        "integer": isinstance(value, int),
        "number": isinstance(value, int | float),
    }
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(kinds[kind] for kind in wanted), where
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"]), where
        for key, item in value.items():
            check(item, schema["properties"][key], root, f"{where}.{key}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            check(item, schema["items"], root, f"{where}[{number}]")


def test_the_schema_describes_what_is_written(tmp_path: Path) -> None:
    schema = json.loads((Path(kiosk.contract.__file__).parent / "manifest.schema.json").read_bytes())
    assert set(schema["properties"]) == {field.name for field in dataclasses.fields(Manifest)}
    assert set(schema["required"]) == set(schema["properties"])
    path = tmp_path / "manifest.json"
    for manifest in (full(), told([]), told(INTERVIEW[:8])):
        write_manifest(path, manifest)
        check(json.loads(path.read_bytes()), schema, schema)
