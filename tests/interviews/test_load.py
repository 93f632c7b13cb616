import hashlib
import os
from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest
from kiosk.domain.interview import QuestionKind
from kiosk.interviews.load import LARGEST_BYTES, check, load
from kiosk.system import places

GOOD = """
schema = 1
id = "backend-engineer"
title = "Backend engineer"
language = "en"

[[question]]
id = "experience"
kind = "spoken"
text = "What have you built?"
think_seconds = 5
answer_seconds = 90
repeats = 2

[[question]]
id = "reverse"
kind = "coding"
text = "Please reverse a linked list."
statement = "Given the head of a list …"
code_language = "python"
starter = "def reverse(head):\\n\\t...\\n"
answer_seconds = 600
"""


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "x.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems(tmp_path: Path, content: str | bytes) -> list[str]:
    """What is wrong, without the file's name in front."""
    path = written(tmp_path, content)
    lines = check(path)
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    interview = load(path)
    assert (interview.id, interview.title, interview.language) == ("backend-engineer", "Backend engineer", "en")
    assert interview.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    first, second = interview.questions
    assert (first.kind, first.think_seconds, first.answer_seconds, first.repeats) == (QuestionKind.SPOKEN, 5, 90, 2)
    assert second.kind == QuestionKind.CODING
    assert second.starter == "def reverse(head):\n\t...\n"
    assert (second.think_seconds, second.repeats) == (0, 1)
    assert check(path) == []


def test_how_limits_are_extended_and_what_is_practised_can_be_said(tmp_path: Path) -> None:
    assert (load(written(tmp_path, GOOD)).extensions, load(written(tmp_path, GOOD)).extension_seconds) == (10, 60)
    more = 'extensions = 3\nextension_seconds = 90\npractice = "What is the time?"\n'
    found = load(written(tmp_path, GOOD.replace("[[question]]", f"{more}\n[[question]]", 1)))
    assert (found.extensions, found.extension_seconds, found.practice) == (3, 90, "What is the time?")
    wrong = problems(tmp_path, GOOD.replace("[[question]]", "extensions = -1\n\n[[question]]", 1))
    assert wrong == ["extensions: must be between 0 and 100, not -1."]
    mute = problems(tmp_path, GOOD.replace("[[question]]", 'practice = "…"\n\n[[question]]', 1))
    assert mute == ["practice: has no word that could be spoken."]


@pytest.mark.parametrize("name", ["general", "software-engineer", "demonstration"])
def test_the_bundled_interviews_are_good(name: str) -> None:
    interview = load(places.asset(f"interviews/{name}.toml"))
    assert interview.id == name


def test_the_demonstration_is_three_spoken_questions_and_a_coding_task_of_about_a_minute() -> None:
    interview = load(places.asset("interviews/demonstration.toml"))
    kinds = [question.kind for question in interview.questions]
    assert kinds.count(QuestionKind.SPOKEN) == 3
    assert kinds.count(QuestionKind.CODING) == 1
    limits = sum(question.think_seconds + question.answer_seconds for question in interview.questions)
    assert limits <= 120, "limits that leave room; the simulated candidate needs about half"


@pytest.mark.parametrize(
    ("replaced", "by", "said"),
    [
        (
            "answer_seconds = 600",
            "answer_seconds = 0",
            'question 2 "reverse", answer_seconds: must be between 1 and 7200, not 0.',
        ),
        (
            "answer_seconds = 600",
            'answer_seconds = "600"',
            'question 2 "reverse", answer_seconds: must be a whole number, not a text.',
        ),
        (
            "answer_seconds = 600",
            "answer_seconds = true",
            'question 2 "reverse", answer_seconds: must be a whole number, not true or false.',
        ),
        (
            "answer_seconds = 600",
            "answer_seconds = 1.5",
            'question 2 "reverse", answer_seconds: must be a whole number, not a number.',
        ),
        ("answer_seconds = 600", "", 'question 2 "reverse", answer_seconds: is missing.'),
        (
            "think_seconds = 5",
            "think_second = 5",
            'question 1 "experience", "think_second": there is no such key; did you mean "think_seconds"?',
        ),
        ('title = "Backend engineer"', "", "title: is missing."),
        ('title = "Backend engineer"', 'title = " "', "title: must not be empty."),
        (
            'id = "backend-engineer"',
            'id = "../etc"',
            'id: must be 1 to 64 of a-z, 0-9 and -, not "../etc".',
        ),
        (
            'language = "en"',
            'language = "English please"',
            'language: must be a language tag like "en" or "en-GB", not "English please".',
        ),
        (
            'kind = "coding"',
            'kind = "video"',
            'question 2 "reverse", kind: must be one of spoken, coding, not "video".',
        ),
        (
            'id = "reverse"',
            'id = "experience"',
            'question 2 "experience", id: question 1 has the same one.',
        ),
        (
            'text = "What have you built?"',
            'text = "…"',
            'question 1 "experience", text: has no word that could be spoken.',
        ),
        (
            'text = "What have you built?"',
            'text = "a\\u0000b"',
            'question 1 "experience", text: has a character that may not be in it (U+0000).',
        ),
        (
            'statement = "Given the head of a list …"',
            "",
            'question 2 "reverse", statement: is missing.',
        ),
        ("schema = 1", "", "schema: is missing."),
        ("schema = 1", "schema = 2", "schema: this program reads schema 1, not 2. A newer program may."),
    ],
)
def test_a_mistake_is_named_with_its_place_and_reason(tmp_path: Path, replaced: str, by: str, said: str) -> None:
    assert replaced in GOOD
    assert problems(tmp_path, GOOD.replace(replaced, by, 1)) == [said]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("answer_seconds = 600", "answer_seconds = 0").replace('title = "Backend engineer"', "")
    assert len(problems(tmp_path, wrong)) == 2
    with pytest.raises(BadRequest) as caught:
        load(written(tmp_path, wrong))
    assert str(caught.value).count("\n") == 1
    assert caught.value.exit_code == 2


def test_a_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, GOOD.replace('title = "Backend engineer"', 'title = "Backend'))
    assert said.startswith("line 4, column ")


def test_the_same_key_twice_is_refused(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, GOOD.replace("repeats = 2", "repeats = 2\nrepeats = 3"))
    assert said.startswith("line 14, column 12: this key or table stands there already")


def test_a_spoken_question_with_code_is_refused(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, GOOD.replace("think_seconds = 5", 'starter = "x"'))
    assert said == 'question 1 "experience", starter: is only for questions of kind "coding".'


@pytest.mark.parametrize("questions", ["", "question = []", "question = 3", "question = [3]", '[question]\nid = "x"'])
def test_an_interview_without_proper_questions_is_refused(tmp_path: Path, questions: str) -> None:
    head = GOOD.split("[[question]]", maxsplit=1)[0]
    (said,) = problems(tmp_path, head + questions)
    assert said.startswith("question: ")


def test_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, GOOD.replace("What have you built?", "long " * 500))
    assert said == 'question 1 "experience", text: may have 2000 characters at most, not 2500.'


def test_too_large_a_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, b"\xff" * (LARGEST_BYTES + 1))
    assert "256 KiB" in said


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, GOOD.replace("Backend engineer", "Ingeniør").encode("latin-1", "replace"))
    assert said == "line 4: this is not UTF-8 text. Save the file as UTF-8."


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert problems(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "x = " + "[" * 100_000,
        "x = " + "9" * 50_000,
        "schema = 9" + "9" * 4000,
        'title = "\\ud800"',
        "a" + ".a" * 60_000 + " = 1",
        "\x00",
        "[[question]]\n" * 10_000,
    ],
)
def test_a_hostile_file_is_refused_in_few_short_lines(tmp_path: Path, hostile: str) -> None:
    said = problems(tmp_path, hostile)
    assert 0 < len(said) <= 51
    assert all(len(line) < 300 for line in said)


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path / "missing.toml") == [f"{tmp_path / 'missing.toml'}: there is no such file."]
    assert check(tmp_path) == [f"{tmp_path}: this is a folder."]
    assert check(Path(f"{tmp_path}/a\0b")) != []
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert check(tmp_path / "pipe") == [f"{tmp_path / 'pipe'}: this is not a file."]
