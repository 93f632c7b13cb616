"""The consent text that a candidate reads before anything is recorded: versioned, hashed, by language.

A text is a file in `assets/consent/`, named by its language. Its first line is `Version: …`; whoever changes
the text changes that line.
"""

import hashlib
import re
from pathlib import Path
from typing import Final

from kiosk.domain.errors import WorldFailed
from kiosk.domain.interview import ConsentText
from kiosk.system import places

FALLBACK: Final = "en"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_VERSION: Final = re.compile(r"Version: (\S[^\n]{0,80})\n")
_REMEDY: Final = "Install the program again."


def load_consent(language: str, folder: Path | None = None) -> ConsentText:
    """The text in that language (`de-AT`, else `de`), else in English. Raises WorldFailed when there is none.

    `folder` is where the texts lie; the program's own when it is None.
    """
    where = places.asset("consent") if folder is None else folder
    for tag in _candidates(language):
        path = where / f"{tag}.md"
        if path.is_file():
            return _read(path, tag)
    raise WorldFailed("The consent text is missing from this installation.", _REMEDY)


def _candidates(language: str) -> list[str]:
    if not _TAG.fullmatch(language):
        return [FALLBACK]
    tags = [language.lower(), language.lower().split("-", maxsplit=1)[0], FALLBACK]
    return list(dict.fromkeys(tags))


def _read(path: Path, language: str) -> ConsentText:
    try:
        data = path.read_bytes()
        text = data.decode().replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WorldFailed(f"The consent text {path} cannot be read.", _REMEDY) from error
    head = _VERSION.match(text)
    if head is None or not text[head.end() :].strip():
        raise WorldFailed(f'The consent text {path} does not begin with a line "Version: …", or is empty.', _REMEDY)
    body = text[head.end() :].strip() + "\n"
    return ConsentText(head[1].strip(), language, body, hashlib.sha256(data).hexdigest())
