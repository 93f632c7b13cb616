"""The speech engine: one text, one child process, one WAV.

pyttsx3 loses files, truncates them, hangs and crashes when it is used twice, and it swallows unknown voices (2.99).
So each text is rendered by a child of its own that is killed at a deadline, and its WAV is believed only after a look.
Nothing here ever speaks aloud. On Linux the engine is the espeak-ng that comes with `espeakng_loader`, or else the
system's own; on Windows it is SAPI5.

A voice's id may carry a variant, `gmw/en-us+f3` (espeak-ng: m1 to m8 men, f1 to f5 women, croak, whisper, ...):
the same language in another voice. An unknown variant is refused here, because espeak-ng ignores it.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import BadRequest, KioskError, VoiceFailed, from_code
from kiosk.system import host

LONGEST_TEXT: Final = 5000
"""Characters of one text; the engine's time grows with their square, and at 40,000 it dies."""
SLOWEST_WPM: Final = 80
FASTEST_WPM: Final = 400
REMEDY: Final = "The questions are shown as captions. Run 'kiosk devices' to see the voices."
_DEADLINE_PER_CHARACTER_S: Final = 0.01
_SECONDS_PER_LETTER: Final = 0.04
"""Least length of speech for each letter or digit at 150 words a minute; real voices need some 0.08."""


class Pyttsx3Engine:
    """Implements `domain.devices.VoiceEngine`.

    Args:
        child_command: starts this program so that it calls `main_child` with the arguments that follow.
        deadline_s: seconds that a child may take; long texts get more.
    """

    def __init__(self, child_command: Sequence[str], deadline_s: float = 20) -> None:
        self._command = tuple(child_command)
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._answer: dict[str, Any] | None = None

    @property
    def version(self) -> str:
        """Name and version of what speaks; another one may sound different. Raises VoiceFailed."""
        return str(self._ask()["version"])

    def voices(self) -> tuple[VoiceInfo, ...]:
        """All voices, asked once and remembered. Raises VoiceFailed."""
        return tuple(VoiceInfo(v["id"], v["name"], tuple(v["languages"])) for v in self._ask()["voices"])

    def render(self, text: str, voice: str, words_per_minute: int, wav: Path) -> None:
        """Writes the WAV beside `wav` first and renames it into place when it is whole.

        Raises BadRequest for a text or voice that cannot be spoken, VoiceFailed when the engine did not do it.
        """
        text = speakable(text)
        self._check_voice(voice)
        if not SLOWEST_WPM <= words_per_minute <= FASTEST_WPM:
            raise BadRequest(f"{words_per_minute} words a minute cannot be spoken.", "Choose 80 to 400.")
        part = wav.with_name(f"{wav.name}.{os.getpid()}-{threading.get_ident()}.part")
        try:
            part.touch(mode=0o600)  # the engine would hang, not fail, if it could not
            deadline_s = self._deadline_s + len(text) * _DEADLINE_PER_CHARACTER_S
            self._run(["render", voice, str(words_per_minute), str(part)], text, deadline_s)
            validate(part, text, words_per_minute)
            part.replace(wav)
        except OSError as error:
            raise VoiceFailed(f"The voice cannot be stored as {wav} ({error.strerror}).", REMEDY) from error
        finally:
            part.unlink(missing_ok=True)

    def _check_voice(self, voice: str) -> None:
        base, plus, variant = voice.partition("+")
        answer = self._ask()
        if base not in {v["id"] for v in answer["voices"]}:
            raise BadRequest(f"There is no voice {base!r}.", "Run 'kiosk devices' to see the voices.")
        if plus and variant not in answer["variants"]:
            known = ", ".join(answer["variants"]) or "none"
            raise BadRequest(f"The voice {base} has no variant {variant!r}.", f"There is: {known}.")

    def _ask(self) -> dict[str, Any]:
        with self._lock:
            if self._answer is None:
                words = self._run(["voices"], "", self._deadline_s)
                try:
                    answer = json.loads(words.decode().splitlines()[-1])
                except (ValueError, IndexError) as error:
                    raise VoiceFailed("The speech engine did not list its voices.", REMEDY) from error
                if not answer["voices"]:
                    raise VoiceFailed("The speech engine has no voices.", "Install the voices of your system.")
                self._answer = answer
            return self._answer

    def _run(self, arguments: list[str], text: str, deadline_s: float) -> bytes:
        """The child's words. Raises what the child reported, or VoiceFailed when it hung or died."""
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
        try:
            child = subprocess.Popen(
                [*self._command, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise VoiceFailed(f"The speech engine cannot be started ({error.strerror}).", REMEDY) from error
        with child:
            try:
                words, _ = child.communicate(text.encode(), timeout=deadline_s)
            except subprocess.TimeoutExpired as error:
                raise VoiceFailed(f"The speech engine did not answer within {deadline_s:.0f} s.", REMEDY) from error
            finally:
                if child.returncode is None:
                    host.kill_tree(child)
        if child.returncode != 0:
            raise _reported(words, child.returncode)
        return words


def _reported(words: bytes, code: int) -> KioskError:
    """The error that a child wrote as its last line, or that it died."""
    with contextlib.suppress(ValueError, IndexError, KeyError, TypeError):
        said = json.loads(words.decode("utf-8", "replace").splitlines()[-1])
        return from_code(said["code"], said["what"], said["remedy"])
    return VoiceFailed(f"The speech engine died (exit {code}).", REMEDY)


def speakable(text: str) -> str:
    """The text as it may be given to the engine. Raises BadRequest for what it would truncate or choke on."""
    if "\0" in text:
        raise BadRequest("The text to speak has a NUL character in it.", "Remove it from the question.")
    if any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise BadRequest("The text to speak has half a character in it.", "Save the interview file as UTF-8.")
    if not any(letter.isalnum() for letter in text):
        raise BadRequest("The text to speak has no words in it.", "Write what is to be said.")
    if len(text) > LONGEST_TEXT:
        raise BadRequest(
            f"The text to speak has {len(text)} characters; the most is {LONGEST_TEXT}.", "Shorten the question."
        )
    return " ".join(text.split())


def validate(wav: Path, text: str, words_per_minute: int) -> float:
    """Length in seconds of a WAV that can be the whole text. Raises VoiceFailed for anything less."""
    try:
        with wave.open(str(wav), "rb") as file:
            rate, promised = file.getframerate(), file.getnframes()
            data = file.readframes(promised)
            size = file.getsampwidth() * file.getnchannels()
    except (OSError, EOFError, wave.Error) as error:
        raise VoiceFailed("The speech engine yielded no sound file.", REMEDY) from error
    if rate <= 0 or len(data) < promised * size or not any(data):
        raise VoiceFailed("The speech engine yielded a damaged or silent sound file.", REMEDY)
    seconds = promised / rate
    least = sum(letter.isalnum() for letter in text) * _SECONDS_PER_LETTER * 150 / words_per_minute
    if seconds < least:
        raise VoiceFailed(f"The speech engine stopped early: {seconds:.1f} s for {len(text)} characters.", REMEDY)
    return seconds


# ── the child ───────────────────────────────────────────────────────────────────────────────────────


def main_child(argv: Sequence[str]) -> int:
    """What the child does: `voices` prints them as JSON; `render VOICE WPM WAV` speaks standard input into WAV.

    The last line on standard output is JSON: the result, or the error when the exit code is not 0. It ends by
    `os._exit`, because the engine's threads crash an ordinary end.
    """
    words = sys.stdout
    sys.stdout = sys.stderr  # pyttsx3 prints
    try:
        answer, code = _do(list(argv)), 0
    except KioskError as error:
        answer, code = {"code": error.code, "what": error.what, "remedy": error.remedy}, error.exit_code
    except Exception as error:  # noqa: BLE001 (the engine raises anything; this is the top of the process)
        answer, code = {"code": VoiceFailed.code, "what": f"The speech engine failed: {error}.", "remedy": REMEDY}, 1
    words.write(json.dumps(answer) + "\n")
    words.flush()
    os._exit(code)


def _do(argv: list[str]) -> dict[str, Any]:
    match argv:
        case ["voices"]:
            return list_voices()
        case ["render", voice, words_per_minute, wav]:
            return _render(sys.stdin.buffer.read().decode(), voice, int(words_per_minute), wav)
        case _:
            raise BadRequest("The voice process was started wrongly.")


def _engine() -> Any:
    """A pyttsx3 engine with its own espeak-ng where that is bundled."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(ImportError, OSError, RuntimeError):  # then the system's own is tried
            import espeakng_loader

            data = espeakng_loader.get_data_path()
            # Loaded under its soname first, so that pyttsx3 finds this one when it asks for libespeak-ng.so.1.
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
            os.environ["ESPEAK_DATA_PATH"] = data
    try:
        import pyttsx3

        return pyttsx3.init()
    except (ImportError, OSError, RuntimeError) as error:
        raise VoiceFailed(
            "There is no speech engine on this system.", "Run: sudo apt install espeak-ng. On Windows install a voice."
        ) from error


def list_voices() -> dict[str, Any]:
    """Voices, variants and version, asked in this very process: only for a child."""
    import pyttsx3

    engine = _engine()
    voices = [
        {"id": str(voice.id), "name": str(voice.name), "languages": [_tag(each) for each in voice.languages or ()]}
        for voice in engine.getProperty("voices")
    ]
    version = f"pyttsx3 {getattr(pyttsx3, '__version__', '')} {engine.driver_name} {_library_version()}"
    return {"voices": voices, "variants": _variants(), "version": " ".join(version.split())}


def _tag(language: "str | bytes") -> str:
    """A BCP 47 tag from what the drivers give: text, or bytes with a priority in front."""
    text = language.decode("utf-8", "ignore") if isinstance(language, bytes) else str(language)
    return text.strip("\0\x01\x02\x03\x04\x05 ").replace("_", "-")


def _library_version() -> str:
    library = _espeak_library()
    if library is None:
        return ""
    import ctypes

    library.espeak_Info.restype = ctypes.c_char_p
    return bytes(library.espeak_Info(None)).decode("ascii", "replace")


def _espeak_library() -> Any:
    module = sys.modules.get("pyttsx3.drivers._espeak")
    return module.dll if module is not None else None


def _variants() -> list[str]:
    """Names that may follow a `+`, from espeak-ng's data; none for other engines."""
    library = _espeak_library()
    if library is None:
        return []
    import ctypes

    where = ctypes.c_char_p()
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Info(ctypes.byref(where))
    folder = Path(os.fsdecode(where.value or b"")) / "voices" / "!v"
    with contextlib.suppress(OSError):
        return sorted(path.name for path in folder.iterdir() if path.is_file())
    return []


def _render(text: str, voice: str, words_per_minute: int, wav: str) -> dict[str, Any]:
    """Speaks `text` into `wav`, which belongs to this child alone."""
    engine = _engine()
    failures: list[BaseException] = []
    finished = threading.Event()
    engine.connect("error", lambda **said: failures.append(said.get("exception") or RuntimeError("unknown")))
    engine.connect("finished-utterance", lambda **_said: finished.set())
    engine.setProperty("voice", voice)
    engine.setProperty("rate", words_per_minute)
    engine.save_to_file(text, wav)
    if engine.driver_name == "espeak":
        engine.startLoop()  # ends by itself when the file is written; runAndWait would return before that
        # The proxy's queue is only worked off inside the loop, so the voice can be checked only now.
        if str(engine.getProperty("voice")).casefold() != voice.casefold():
            raise BadRequest(f"The speech engine does not know the voice {voice!r}.")
        if not finished.wait(1.0):
            raise VoiceFailed("The speech engine did not finish.", REMEDY)
    else:
        engine.runAndWait()  # SAPI5 writes the file before it returns
    if failures:
        raise VoiceFailed(f"The speech engine failed: {failures[0]}.", REMEDY)
    return {"wav": wav}
