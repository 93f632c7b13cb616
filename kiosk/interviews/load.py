"""Interview files: TOML → `domain.interview.Interview`, or every mistake at once, with file, place and reason.

Never starts anything, never believes a file's size or kind before it looked.
"""

import hashlib
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, Final

from kiosk.domain.errors import BadRequest
from kiosk.domain.interview import Interview, Question, QuestionKind
from kiosk.interviews.fields import Fields, kind_of, shown

SCHEMA: Final = 1
LARGEST_BYTES: Final = 256 * 1024
MOST_QUESTIONS: Final = 100
MOST_PROBLEMS: Final = 50
MOST_DOTS: Final = 300
"""In one line. The parser takes quadratic time for a dotted key, and 60,000 dots hold it for half a minute."""
LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 2000
"""Speech engines take quadratic time; 2000 characters are more than two minutes of speech."""
LONGEST_CODE: Final = 20_000
LONGEST_ANSWER_S: Final = 7200
LONGEST_THINKING_S: Final = 600
MOST_REPEATS: Final = 10
MOST_EXTENSIONS: Final = 100
LONGEST_EXTENSION_S: Final = 600

_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
_ID_RULE: Final = "must be 1 to 64 of a-z, 0-9 and -"
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_LANGUAGE_RULE: Final = 'must be a language tag like "en" or "en-GB"'
_CODE_LANGUAGE: Final = re.compile(r"[a-z0-9+#.-]{1,32}")
_CODE_LANGUAGE_RULE: Final = 'must be a language\'s name in small letters, like "python" or "c++"'

_TOP: Final = ("schema", "id", "title", "language", "voice", "extensions", "extension_seconds", "practice", "question")
_QUESTION: Final = ("id", "kind", "text", "think_seconds", "answer_seconds", "repeats", "voice")
_CODING: Final = ("statement", "code_language", "starter")


def load(path: Path) -> Interview:
    """The interview in that file. Raises BadRequest with one line for each thing that is wrong in it."""
    problems: list[str] = []
    interview = _read(path, problems)
    if interview is None or problems:
        raise BadRequest("\n".join(problems))
    return interview


def load_all(path: Path) -> tuple[Interview, ...]:
    """The interview in that file, or all in that folder by name. Raises BadRequest, also when there is none."""
    if not path.is_dir():
        return (load(path),)
    found = tuple(load(file) for file in sorted(path.glob("*.toml")))
    if not found:
        raise BadRequest(f"There is no interview file in {path}.", "Put at least one *.toml there.")
    return found


def check(path: Path) -> list[str]:
    """Everything that is wrong with that file, a line each; none when it is good."""
    problems: list[str] = []
    _read(path, problems)
    return problems


def read(data: bytes) -> tuple[Interview | None, list[str]]:
    """The interview in the bytes of a file, or None and everything that is wrong with it, a line each."""
    try:
        table = _parse(data)
    except BadRequest as error:
        return None, [str(error)]
    found: list[str] = []
    interview = _interview(table, hashlib.sha256(data).hexdigest(), found)
    problems = found[:MOST_PROBLEMS]
    if len(found) > MOST_PROBLEMS:
        problems.append(f"and {len(found) - MOST_PROBLEMS} more.")
    return (None if problems else interview), problems


def _read(path: Path, problems: list[str]) -> Interview | None:
    try:
        data = _bytes(path)
    except BadRequest as error:
        problems.append(f"{path}: {error}")
        return None
    interview, found = read(data)
    problems += [f"{path}: {line}" for line in found]
    return interview


def _bytes(path: Path) -> bytes:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise BadRequest("this is not a file." if not stat.S_ISDIR(state.st_mode) else "this is a folder.")
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise BadRequest("there is no such file.") from error
    except PermissionError as error:
        raise BadRequest("this account may not read it.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise BadRequest(f"it cannot be read ({getattr(error, 'strerror', None) or 'bad name'}).") from error


def _parse(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST_BYTES:
        raise BadRequest(f"an interview file has {LARGEST_BYTES // 1024} KiB at most; this one is larger.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = data[: error.start].count(b"\n") + 1
        raise BadRequest(f"line {where}: this is not UTF-8 text. Save the file as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise BadRequest(f"line {number}: has more than {MOST_DOTS} dots.")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BadRequest("it is nested too deeply.") from error
    except ValueError as error:  # TOMLDecodeError; or a number with thousands of digits
        raise BadRequest(_plain(str(error))) from error


def _plain(message: str) -> str:
    """The parser's message with the line first: "line 3: ..."."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if found is None:
        return f"this is not TOML: {message}."
    what, line, column = found.groups()
    if re.match(r"Cannot (overwrite|declare|mutate|redefine)", what):
        what = "this key or table stands there already"
    return f"line {line}, column {column}: {what[:1].lower()}{what[1:]}."


def _interview(table: dict[str, Any], sha256: str, problems: list[str]) -> Interview | None:
    top = Fields(table, "", problems)
    schema = table.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema != SCHEMA:
        top.wrong("schema", f"this program reads schema {SCHEMA}, not {str(schema)[:12]}. A newer program may.")
        return None
    top.whole("schema", SCHEMA, SCHEMA)
    top.only(_TOP)
    interview_id = top.text("id", longest=64, pattern=_ID, rule=_ID_RULE)
    title = top.text("title", longest=LONGEST_TITLE)
    language = top.text("language", longest=40, pattern=_LANGUAGE, rule=_LANGUAGE_RULE)
    voice = top.text("voice", longest=LONGEST_TITLE, default="")
    extensions = top.whole("extensions", 0, MOST_EXTENSIONS, default=10)
    extension_seconds = top.whole("extension_seconds", 10, LONGEST_EXTENSION_S, default=60)
    practice = top.text("practice", longest=LONGEST_TEXT, default="")
    if practice and not any(character.isalnum() for character in practice):
        top.wrong("practice", "has no word that could be spoken.")
    questions = _questions(table.get("question"), top, problems)
    if problems:
        return None
    return Interview(interview_id, title, language, questions, sha256, voice, extensions, extension_seconds, practice)


def _questions(tables: Any, top: Fields, problems: list[str]) -> tuple[Question, ...]:
    if tables is None or tables == []:
        top.wrong("question", "an interview has one question at least; write it below [[question]].")
        return ()
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        top.wrong("question", f"must be tables that begin with [[question]], not {kind_of(tables)}.")
        return ()
    if len(tables) > MOST_QUESTIONS:
        top.wrong("question", f"an interview has {MOST_QUESTIONS} questions at most, not {len(tables)}.")
        return ()
    questions = []
    numbers: dict[str, int] = {}
    for number, table in enumerate(tables, 1):
        given = table.get("id")
        name = f" {shown(given)}" if isinstance(given, str) and given else ""
        fields = Fields(table, f"question {number}{name}, ", problems)
        question = _question(table, fields)
        if question.id and question.id in numbers:
            fields.wrong("id", f"question {numbers[question.id]} has the same one.")
        numbers.setdefault(question.id, number)
        questions.append(question)
    return tuple(questions)


def _question(table: dict[str, Any], fields: Fields) -> Question:
    kind = fields.one_of("kind", [kind.value for kind in QuestionKind])
    coding = kind == QuestionKind.CODING
    if kind and not coding:
        for key in _CODING:
            if key in table:
                fields.wrong(key, 'is only for questions of kind "coding".')
    fields.only(_QUESTION + _CODING)
    text = fields.text("text", longest=LONGEST_TEXT, lines=True)
    if text and not any(character.isalnum() for character in text):
        fields.wrong("text", "has no word that could be spoken.")
    question_id = fields.text("id", longest=64, pattern=_ID, rule=_ID_RULE)
    statement = starter = code_language = ""
    if coding:
        statement = fields.text("statement", longest=LONGEST_CODE, lines=True)
        starter = fields.text("starter", longest=LONGEST_CODE, default="", lines=True)
        code_language = fields.text("code_language", longest=32, pattern=_CODE_LANGUAGE, rule=_CODE_LANGUAGE_RULE)
    return Question(
        id=question_id,
        kind=QuestionKind.CODING if coding else QuestionKind.SPOKEN,
        text=text,
        answer_seconds=fields.whole("answer_seconds", 1, LONGEST_ANSWER_S),
        think_seconds=fields.whole("think_seconds", 0, LONGEST_THINKING_S, default=0),
        repeats=fields.whole("repeats", 0, MOST_REPEATS, default=1),
        voice=fields.text("voice", longest=LONGEST_TITLE, default=""),
        statement=statement,
        code_language=code_language,
        starter=starter,
    )
