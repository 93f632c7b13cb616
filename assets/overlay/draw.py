"""Draws the atlas of the burned-in time: run it again when the font changes. Needs PySide6, not the kiosk.

`digits.png`: how much each point is covered, one glyph beside the other. `digits.json`: where each one lies.
The font is Atkinson Hyperlegible Next (SIL Open Font License, `assets/fonts/OFL.txt`).
"""

import json
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QImage, QPainter

HERE = Path(__file__).parent
FONT = HERE.parent / "fonts" / "AtkinsonHyperlegibleNext-Bold.ttf"
POINTS = 22
"""Height of a line, in points of the picture."""
DIGITS = "0123456789"
SIGNS = ("-", ":", "+", "REC")
SPACE = 8


def main() -> None:
    app = QGuiApplication([])
    number = QFontDatabase.addApplicationFont(str(FONT))
    font = QFont(QFontDatabase.applicationFontFamilies(number)[0])
    font.setPixelSize(POINTS - 2)
    font.setBold(True)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    metrics = QFontMetricsF(font)
    digit = round(max(metrics.horizontalAdvance(each) for each in DIGITS)) + 1
    widths = dict.fromkeys(DIGITS, digit) | {each: round(metrics.horizontalAdvance(each)) + 2 for each in SIGNS}

    image = QImage(sum(widths.values()), POINTS, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    baseline = round((POINTS + metrics.capHeight()) / 2)
    places, x = {}, 0
    for each, width in widths.items():
        painter.drawText(int(x + (width - metrics.horizontalAdvance(each)) / 2), baseline, each)
        places[each] = [x, width]
        x += width
    painter.end()
    image.save(str(HERE / "digits.png"))
    body = {"height": POINTS, "space": SPACE, "glyphs": places}
    (HERE / "digits.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    app.quit()


if __name__ == "__main__":
    main()
