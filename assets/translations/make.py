"""Brings the texts of the screens into the Qt Linguist files beside this one, and compiles those.

    .venv/bin/python assets/translations/make.py

Looks through `kiosk/ui/`, keeps every translation that is there, drops those whose text is gone, and marks new texts as
unfinished: translate them in *.ts by hand or with `pyside6-linguist`, take the mark away, and run this again. English
holds the plurals alone. A new language: an empty copy of a file under the new name, with its `language="..."`. Both
kinds of files are committed, so that a checkout speaks all its languages without Qt's tools.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCREENS = HERE.parents[1] / "kiosk" / "ui"
ENGLISH = HERE / "en.ts"


def update(file: Path) -> None:
    """Brings one language up to the source."""
    sources = [str(path) for path in sorted(SCREENS.rglob("*.py"))]
    plurals = ["-pluralonly"] if file.name == ENGLISH.name else []
    _run(
        "lupdate", *sources, *plurals, "-locations", "none", "-no-obsolete", "-source-language", "en", "-ts", str(file)
    )


def compile_to(file: Path, into: Path) -> None:
    """Writes the compiled form of one language."""
    _run("lrelease", "-silent", "-nounfinished", "-removeidentical", str(file), "-qm", str(into))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL, timeout=120)


if __name__ == "__main__":
    for language in sorted(HERE.glob("*.ts")):
        update(language)
        compile_to(language, language.with_suffix(".qm"))
