"""Pictures of every screen, from sample views: to be looked at."""

import itertools
import sys
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from kiosk.domain import preview
from kiosk.ui import language, samples, samples_arabic
from kiosk.ui.application import make_application
from kiosk.ui.bridge import Bridge
from kiosk.ui.theme import TEXT_PERCENTS
from kiosk.ui.window import KioskWindow

SIZES: Final = (QSize(1280, 720), QSize(1920, 1080))


LANGUAGES: Final = {
    samples.INTERVIEW.language: (samples.settings, samples.all_views),
    samples_arabic.LANGUAGE: (samples_arabic.settings, samples_arabic.all_views),
}
"""Language → what the samples are shown with, and the samples."""
PAGES: Final = ("start", "devices", "needs", "note", "abort")
"""Of the proctor's panel: `proctor-start` is its page `start`."""
LARGE: Final = "-large"
"""At the end of the name of a picture of the panel with the largest text, and `-large-end` of how it goes on below."""


def save_all(
    folder: Path,
    themes: tuple[str, ...] = ("light", "dark", "contrast"),
    sizes: tuple[QSize, ...] = SIZES,
    languages: tuple[str, ...] = tuple(LANGUAGES),
) -> list[Path]:
    """Writes FOLDER/LANGUAGE/THEME/WIDTHxHEIGHT/NAME.png for every sample view; returns the paths.

    Needs an application (`make_application`); works offscreen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / "preview.bin"
    write_sample_preview(picture)
    saved = []
    for name, theme, size in itertools.product(languages, themes, sizes):
        into = folder / name / theme / f"{size.width()}x{size.height()}"
        into.mkdir(parents=True, exist_ok=True)
        saved += _save(into, name, theme, size, str(picture))
    language.speak(language.SOURCE)
    picture.unlink()
    return saved


def _save(into: Path, spoken: str, theme: str, size: QSize, picture: str) -> list[Path]:
    settings, views = LANGUAGES[spoken]
    clock = samples.SampleClock()
    bridge = Bridge(lambda _: None)
    window = KioskWindow(bridge, settings(theme), clock)
    window.resize(size)
    window.show()
    window.activateWindow()
    saved = []
    for name, view in views(picture).items():
        window.show_view(view)
        window.stage.preview.refresh()
        if name == "coding":
            window.stage.coding.editor.setPlainText(samples.CODE)
        if name == "welcome":
            window.stage.welcome.candidate.setText("C-20418")
        if name.startswith("proctor"):
            _open_panel(window, name)
        saved.append(_grabbed(window, into / f"{name}.png"))
        if window.proctor.isVisible():
            saved += _large(window, into, name)
            window.proctor.dismiss()
    window.close()
    window.deleteLater()
    return saved


def _open_panel(window: KioskWindow, name: str) -> None:
    window.proctor.open()
    if name.removeprefix("proctor-") in PAGES:
        window.proctor.acts.page.emit(name.removeprefix("proctor-"))


def _large(window: KioskWindow, into: Path, name: str) -> list[Path]:
    """The open panel with its largest text: how it begins and, where it scrolls, how it ends."""
    panel = window.proctor
    panel.dismiss()
    panel.text_size.choose(TEXT_PERCENTS[-1])
    _open_panel(window, name)
    saved = [_grabbed(window, into / f"{name}{LARGE}.png")]
    bar = (panel.page if panel.unlocked else panel.pin).verticalScrollBar()
    if bar.maximum():
        bar.setValue(bar.maximum())
        saved.append(_grabbed(window, into / f"{name}{LARGE}-end.png"))
    panel.text_size.choose(TEXT_PERCENTS[0])
    return saved


def _grabbed(window: KioskWindow, path: Path) -> Path:
    for _ in range(5):  # until layouts inside layouts have found their sizes
        QApplication.processEvents()
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")
    return path


def write_sample_preview(path: Path) -> None:
    """A preview file with one picture: somebody in front of a wall, the window on the camera's left."""
    height, width = preview.HEIGHT, preview.WIDTH
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    image = np.empty((height, width, 3), np.float32)
    light = 150 + 70 * np.exp(-columns / 220) - 30 * rows / height
    image[...] = light[..., None] * np.array([1.0, 0.98, 0.94], np.float32)
    body = ((columns - 320) / 165) ** 2 + ((rows - 380) / 150) ** 2 < 1
    head = ((columns - 320) / 62) ** 2 + ((rows - 165) / 80) ** 2 < 1
    hair = (((columns - 320) / 70) ** 2 + ((rows - 140) / 78) ** 2 < 1) & (rows < 130)
    image[body] = (58, 84, 110)
    image[head] = (214, 172, 146)
    image[hair] = (62, 46, 40)
    content = bytearray(preview.FILE_BYTES)
    preview.PreviewWriter(memoryview(content)).write(samples.NOW_NS, np.clip(image, 0, 255).astype(np.uint8).tobytes())
    path.write_bytes(content)


if __name__ == "__main__":
    application = make_application(sys.argv[:1])
    for saved_picture in save_all(Path(sys.argv[1])):
        sys.stdout.write(f"{saved_picture}\n")
