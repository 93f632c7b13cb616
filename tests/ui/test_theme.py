"""The tokens: contrast, scale, and a style sheet without gaps."""

import re

import pytest

from kiosk.system import places
from kiosk.ui.theme import PAIRS, SMALLEST_TEXT, THEMES, Look, contrast, factor_for, style_sheet


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_tokens_that_meets_has_the_contrast_it_needs(theme: str) -> None:
    tokens = THEMES[theme]
    for front, back, needed in PAIRS:
        found = contrast(getattr(tokens, front), getattr(tokens, back))
        assert found >= needed, f"{front} on {back} has {found:.2f}, {needed} is needed"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_scale_is_one_at_1080p_and_two_thirds_at_720p_and_never_less() -> None:
    assert factor_for(1920, 1080) == 1
    assert factor_for(1280, 720) == pytest.approx(2 / 3)
    assert factor_for(800, 600) == pytest.approx(2 / 3)
    assert factor_for(3840, 1080) == 1


def test_no_text_of_the_style_sheet_is_smaller_than_can_be_read_at_two_metres() -> None:
    template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
    sheet = style_sheet(template, Look(THEMES["light"], 2 / 3))
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", sheet)]
    assert sizes
    assert min(sizes) >= SMALLEST_TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_is_filled_without_a_rest(theme: str) -> None:
    template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
    sheet = style_sheet(template, Look(THEMES[theme], 1))
    body = sheet.split("*/", 1)[1]
    assert "$" not in body
    assert not re.search(r"\b(px|text|target)\(", body)


def test_red_is_used_for_recording_and_for_nothing_else() -> None:
    template = places.asset("style/kiosk.qss").read_text(encoding="utf-8")
    assert "$recording" not in template
    sources = (places.checkout() or places.asset("..")) / "kiosk" / "ui"
    users = {path.name for path in sources.rglob("*.py") if "tokens.recording" in path.read_text(encoding="utf-8")}
    assert users == {"topbar.py"}
