"""Brings the texts of the screens into the Qt Linguist files beside this one, and compiles those.

    .venv/bin/python assets/translations/make.py

Looks through `kiosk/ui/`, and through the rooms whose sentences the proctor reads (`sentences.py`), keeps every
translation that is there, drops those whose text is gone, and marks new texts as unfinished: translate them in *.ts by
hand or with `pyside6-linguist`, take the mark away, and run this again. What stands in braces is filled in and must
stay. English holds the plurals alone. A new language: an empty copy of a file under the new name, with its
`language="..."`. All of it is committed, so that a checkout speaks all its languages without Qt's tools.
"""

import functools
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SCREENS = HERE.parents[1] / "kiosk" / "ui"
ENGLISH = HERE / "en.ts"
SENTENCES = HERE / "sentences.json"
TOLD = "told"
"""Context of the sentences that other rooms tell."""


@functools.cache
def found() -> list[str]:
    """The sentences of the other rooms; the source is read once."""
    spec = importlib.util.spec_from_file_location("sentences", HERE / "sentences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    sentences: list[str] = module.sentences()
    return sentences


def written(sentences: list[str]) -> str:
    """As it stands in `sentences.json`."""
    return json.dumps(sentences, indent=0, ensure_ascii=False) + "\n"


def update(file: Path, sentences: list[str]) -> None:
    """Brings one language up to the source."""
    sources = [str(path) for path in sorted(SCREENS.rglob("*.py"))]
    plurals = ["-pluralonly"] if file.name == ENGLISH.name else []
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.py"  # lupdate reads Python, and nothing else that could name a context
        told.write_text("".join(f"QCoreApplication.translate({TOLD!r}, {one!r})\n" for one in sentences))
        _run(
            *("lupdate", *sources, str(told), *plurals),
            *("-locations", "none", "-no-obsolete", "-source-language", "en", "-ts", str(file)),
        )


def compile_to(file: Path, into: Path) -> None:
    """Writes the compiled form of one language."""
    _run("lrelease", "-silent", "-nounfinished", "-removeidentical", str(file), "-qm", str(into))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL, timeout=120)


if __name__ == "__main__":
    all_sentences = found()
    SENTENCES.write_text(written(all_sentences), encoding="utf-8")
    for language in sorted(HERE.glob("*.ts")):
        update(language, all_sentences)
        compile_to(language, language.with_suffix(".qm"))
