from datetime import timedelta

import pytest

from kiosk.domain import errors
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.interview import Interview, Question, QuestionKind
from kiosk.domain.preview import FILE_BYTES, HEADER, PICTURE_BYTES, SLOT, PreviewWriter, read_newest
from kiosk.domain.view import View


def test_the_session_clock_never_goes_back_and_the_wall_clock_knows_its_zone() -> None:
    clock = SystemClock()
    assert clock.now_ns() <= clock.now_ns()
    assert isinstance(clock.wall().utcoffset(), timedelta)


def test_nanoseconds_are_shown_as_seconds_to_the_microsecond() -> None:
    assert seconds(1_234_567_890) == 1.234568


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.WorldFailed, 1),
        (errors.BadRequest, 2),
        (errors.DeviceFailed, 3),
        (errors.NoSpace, 4),
        (errors.VoiceFailed, 1),
    ],
)
def test_every_kind_of_error_survives_the_way_to_another_process(kind: type[errors.KioskError], exit_code: int) -> None:
    error = errors.from_code(kind.code, "It broke.", "Mend it.")
    assert type(error) is kind
    assert error.exit_code == exit_code
    assert str(error) == "It broke. Mend it."
    assert str(kind("It broke.")) == "It broke."


def test_a_code_that_is_not_known_is_a_failure_of_the_world() -> None:
    assert type(errors.from_code("later", "x")) is errors.WorldFailed


def interview(*questions: Question) -> Interview:
    return Interview("i", "t", "en", questions, "00")


def test_the_longest_interview_counts_thinking_answers_speech_and_repeats() -> None:
    question = Question("a", QuestionKind.SPOKEN, "ten " * 10, answer_seconds=60, think_seconds=5, repeats=1)
    assert interview(question).longest_seconds == 5 + 60 + 14 + 2


def test_a_view_knows_its_question_only_while_there_is_one() -> None:
    question = Question("a", QuestionKind.SPOKEN, "x", 1)
    assert View().question is None
    assert View(interview=interview(question)).question is None
    assert View(interview=interview(question), index=0).question is question
    assert View(interview=interview(question), index=1).question is None


def picture(value: int) -> bytes:
    return bytes([value]) * PICTURE_BYTES


def test_before_the_first_picture_a_preview_is_empty() -> None:
    buffer = memoryview(bytearray(FILE_BYTES))
    assert read_newest(buffer) is None
    PreviewWriter(buffer)
    assert read_newest(buffer) is None


def test_the_newest_picture_of_a_preview_is_read() -> None:
    buffer = memoryview(bytearray(FILE_BYTES))
    writer = PreviewWriter(buffer)
    for number in range(1, 5):
        writer.write(number * 1000, picture(number))
        found = read_newest(buffer)
        assert found is not None
        assert (found.t_ns, found.rgb) == (number * 1000, picture(number))


def test_a_picture_that_is_being_written_is_not_read() -> None:
    buffer = memoryview(bytearray(FILE_BYTES))
    writer = PreviewWriter(buffer)
    writer.write(1, picture(1))
    _, newest = HEADER.unpack_from(buffer, 0)
    at = HEADER.size + newest * (SLOT.size + PICTURE_BYTES)
    sequence, t_ns = SLOT.unpack_from(buffer, at)
    SLOT.pack_into(buffer, at, sequence + 1, t_ns)
    assert read_newest(buffer) is None


def test_a_file_that_is_no_preview_is_not_read() -> None:
    assert read_newest(memoryview(bytearray(b"\xff" * FILE_BYTES))) is None
