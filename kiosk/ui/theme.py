"""Colours and sizes of the screens, in one place: three themes, one scale, one style sheet filled from them.

Red (`recording`) belongs to recording and to nothing else. Sizes are written for 1920x1080 and scaled to
the window; no text is smaller than `SMALLEST_TEXT`. A test checks the contrast of every pair of tokens
that meet on a screen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from string import Template
from typing import Final

SANS: Final = "Atkinson Hyperlegible Next"
MONO: Final = "Atkinson Hyperlegible Mono"

DESIGN_WIDTH: Final = 1920
DESIGN_HEIGHT: Final = 1080
SMALLEST_FACTOR: Final = 2 / 3
SMALLEST_TEXT: Final = 20
"""Pixels: readable at two metres on a 1280x720 screen."""
SMALLEST_TARGET: Final = 44
"""Pixels: what a finger can hit."""
LARGE_PERCENT: Final = 150
"""From this text size on a screen puts one below the other what stands side by side otherwise."""
NARROW_PERCENT: Final = 190
TEXT_PERCENTS: Final = (100, 125, 150, 175, 200)
TEXT_CONTRAST: Final = 4.5
SHAPE_CONTRAST: Final = 3.0
MIX_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as #RRGGBB."""

    background: str
    surface: str
    ink: str
    quiet: str
    line: str
    border: str
    accent: str
    on_accent: str
    recording: str
    on_recording: str
    good: str
    caution: str


THEMES: Final[dict[str, Tokens]] = {
    "light": Tokens(
        background="#F6F7F9",
        surface="#FFFFFF",
        ink="#14181F",
        quiet="#4A5361",
        line="#C9D0D9",
        border="#6B7684",
        accent="#1F5FBF",
        on_accent="#FFFFFF",
        recording="#C62828",
        on_recording="#FFFFFF",
        good="#1B7A43",
        caution="#8A5A00",
    ),
    "dark": Tokens(
        background="#12161C",
        surface="#1B212A",
        ink="#F2F5F9",
        quiet="#B4BECB",
        line="#364150",
        border="#7E8B9C",
        accent="#8AB4FF",
        on_accent="#0B1220",
        recording="#FF6B6B",
        on_recording="#12161C",
        good="#6FD39A",
        caution="#F2C14E",
    ),
    "contrast": Tokens(
        background="#000000",
        surface="#000000",
        ink="#FFFFFF",
        quiet="#FFFFFF",
        line="#FFFFFF",
        border="#FFFFFF",
        accent="#FFD500",
        on_accent="#000000",
        recording="#FF6B6B",
        on_recording="#000000",
        good="#6FE08F",
        caution="#FFD500",
    ),
}

PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    *(
        (front, back, TEXT_CONTRAST)
        for front in ("ink", "quiet", "accent", "good", "caution")
        for back in ("background", "surface")
    ),
    *(("border", back, SHAPE_CONTRAST) for back in ("background", "surface")),
    ("on_accent", "accent", TEXT_CONTRAST),
    ("on_recording", "recording", TEXT_CONTRAST),
    ("recording", "background", SHAPE_CONTRAST),
)
"""Which tokens meet (front, back) and the contrast that they need: 4.5 for text, 3 for shapes."""


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def branded(tokens: Tokens, accent: str) -> Tokens:
    """`tokens` with an organisation's colour (#RRGGBB) as the accent; unchanged when it is empty.

    Where the colour has too little contrast for a theme it is made darker or lighter, as little as it takes. The
    contrast theme keeps its own: whoever chooses that needs it.
    """
    if not accent or tokens == THEMES["contrast"]:
        return tokens
    towards = tokens.ink
    for step in range(MIX_STEPS + 1):
        colour = _mixed(accent, towards, step / MIX_STEPS)
        on = max((tokens.background, tokens.surface, tokens.ink, "#FFFFFF", "#000000"), key=_contrast_with(colour))
        enough = all(contrast(colour, back) >= TEXT_CONTRAST for back in (tokens.background, tokens.surface))
        if enough and contrast(on, colour) >= TEXT_CONTRAST:
            return replace(tokens, accent=colour, on_accent=on)
    return tokens


def _contrast_with(colour: str) -> Callable[[str], float]:
    return lambda other: contrast(colour, other)


def _mixed(one: str, other: str, share: float) -> str:
    """`one` with so much of `other` in it, from 0 to 1."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True, slots=True)
class Look:
    """A theme at a size: what every widget is painted from."""

    tokens: Tokens
    factor: float
    """1.0 at 1920x1080, two thirds at 1280x720."""
    percent: int = 100
    """Of the text's size, as the person before the screen chose it; lengths stay, and the screens reflow."""
    moves: bool = True
    """Whether anything may fade or slide."""

    @property
    def large(self) -> bool:
        """Whether the text is so large that things stand one below the other."""
        return self.percent >= LARGE_PERCENT

    @property
    def narrow(self) -> bool:
        """Whether the window is so small for this text that bars leave out what the screen can do without."""
        return self.percent > NARROW_PERCENT * self.factor

    def px(self, length: float) -> int:
        """A length of the 1080p design in pixels of this window."""
        return max(1, round(length * self.factor)) if length else 0

    def text(self, size: float) -> int:
        """A text size of the 1080p design in pixels of this window."""
        return max(SMALLEST_TEXT, round(size * self.factor)) * self.percent // 100

    def wide(self, length: float) -> int:
        """A length of the 1080p design that grows with the text: of what holds nothing but words."""
        return self.px(length) * self.percent // 100

    def target(self, length: float) -> int:
        """The height of something that is pressed."""
        return max(SMALLEST_TARGET, self.px(length), self.text(28) * 3 // 2)


def factor_for(width: int, height: int) -> float:
    """How much the 1080p design is scaled in a window of this size."""
    return max(SMALLEST_FACTOR, min(width / DESIGN_WIDTH, height / DESIGN_HEIGHT))


_LENGTH: Final = re.compile(r"\b(px|text|target)\((\d+)\)")


def style_sheet(template: str, look: Look) -> str:
    """Fills the style sheet: `$token` is a colour, `$off` the border of
    what is switched off, `px(n)`, `text(n)` and `target(n)` are lengths at 1080p.
    """
    lengths = {"px": look.px, "text": look.text, "target": look.target}
    sized = _LENGTH.sub(lambda found: f"{lengths[found[1]](int(found[2]))}px", template)
    off = "dashed" if look.tokens.line == look.tokens.border else "solid"
    colours = {name: getattr(look.tokens, name) for name in Tokens.__slots__}
    return Template(sized).substitute(colours, sans=SANS, mono=MONO, off=off)
