"""The tokens: contrast, scale, and a style sheet without gaps."""

import re

import pytest

from kiosk.config import keys
from kiosk.system import places
from kiosk.ui.theme import PAIRS, SMALLEST_TEXT, THEMES, Look, branded, contrast, factor_for, style_sheet


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "accent", ["#FFFF00", "#000000", "#FFFFFF", "#8FD0C0", "#1F5FBF", "#777777", "#00FF00", "#101080"]
)
def test_an_organisation_s_colour_is_mended_until_it_can_be_read(theme: str, accent: str) -> None:
    tokens = branded(THEMES[theme], accent)
    for front, back, needed in PAIRS:
        found = contrast(getattr(tokens, front), getattr(tokens, back))
        assert found >= needed, f"{front} on {back} has {found:.2f}, {needed} is needed"


def test_a_colour_with_enough_contrast_stays_as_it_is_and_the_contrast_theme_keeps_its_own() -> None:
    assert branded(THEMES["light"], "#0B6E6E").accent == "#0B6E6E"
    assert branded(THEMES["light"], "") == THEMES["light"]
    assert branded(THEMES["contrast"], "#0B6E6E") == THEMES["contrast"]


def test_the_themes_are_those_that_the_configuration_knows() -> None:
    assert set(THEMES) == set(keys.THEMES)
