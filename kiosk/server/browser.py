"""The candidate's page in a real browser, where one is: for the demonstration only. Playwright drives it.

Both belong to a developer's machine; without them `look` says why there is no picture, and nothing else is missing.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE_LIMIT_MS: Final = 30_000
PLAYED_S: Final = 1.0
LOOK_EVERY_MS: Final = 200


@dataclass(frozen=True, slots=True)
class Sight:
    """What a browser showed. `picture` is the screenshot, None without a browser; `why` says why not."""

    picture: Path | None
    played_s: float = 0.0
    why: str = ""


def look(server: str, page: str, account: str, password: str, picture: Path) -> Sight:
    """Signs in, opens the page, plays the recording for a moment and takes a picture of it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return Sight(None, why="no Chromium here")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return Sight(None, why="Playwright is not installed")
    arguments = ["--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's own needs an account other than root
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=arguments)
            tab = browser.new_page(viewport={"width": 1440, "height": 1000})
            tab.set_default_timeout(PAGE_LIMIT_MS)
            tab.goto(f"{server}/sign-in")
            tab.fill("input[name=username]", account)
            tab.fill("input[name=password]", password)
            tab.press("input[name=password]", "Enter")
            tab.wait_for_url(lambda url: "sign-in" not in url)
            tab.goto(page)
            tab.evaluate("document.querySelector('video').muted = true")
            tab.evaluate("document.querySelector('video').play()")
            played = 0.0
            for _ in range(PAGE_LIMIT_MS // LOOK_EVERY_MS):  # the page's own policy forbids to wait by a script
                played = float(tab.evaluate("document.querySelector('video').currentTime"))
                if played > PLAYED_S:
                    break
                tab.wait_for_timeout(LOOK_EVERY_MS)
            tab.screenshot(path=picture, full_page=True)
            browser.close()
    except Error as error:
        return Sight(None, why=f"the browser failed ({str(error).splitlines()[0]})")
    return Sight(picture, played)
