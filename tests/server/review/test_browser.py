"""The pages in a real browser: the right picture after a seek, captions, keys, a link that ends, no complaints.

One headless Chromium (Debian's, which knows H.264) and one server in this process for all tests here.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone

from kiosk.server.catalogue import definitions, entries
from kiosk.server.catalogue.models import AuditEntry, Candidate, Definition, Recording
from kiosk.system import places
from tests.server.review import material

CHROMIUM = Path("/usr/bin/chromium")
LIMIT_MS = 20_000

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")

READ = """async (at) => {
  const video = document.querySelector("video");
  if (at !== null) {
    const sought = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
    const shown = new Promise((done) => video.requestVideoFrameCallback(done));
    video.currentTime = at;
    await sought;
    await shown;
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 10; bit += 1) {
    const at = Math.round(((bit + 0.5) * canvas.width) / 10);
    number = number * 2 + (pen.getImageData(at, canvas.height >> 1, 1, 1).data[1] > 128 ? 1 : 0);
  }
  return number;
}"""
"""Goes to a time, if one is given, and reads the number that the picture shows."""

UNNAMED = """() => {
  const controls = document.querySelectorAll(
    "button, a, input:not([type=hidden]):not([hidden]), select, textarea, video");
  const name = (one) => one.ariaLabel || one.textContent || one.labels?.[0]?.textContent || "";
  return [...controls].filter((one) => !name(one).trim()).map((one) => one.outerHTML);
}"""


class Quiet(WSGIRequestHandler):  # type: ignore[misc]  # Django has no types
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    serving = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    serving.daemon_threads = True
    serving.set_app(get_wsgi_application())
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05}, name="review server")
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join(timeout=20)
    serving.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; nothing here is async
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--mute-audio"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


Opener = Callable[..., Any]


@pytest.fixture
def open_page(database: Path, chromium: Any, server: str) -> Iterator[Opener]:
    """Opens pages signed in as `client`; at the end nothing may have complained."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(client: Client, path: str, **options: Any) -> Any:
        context = chromium.new_context(locale="en-GB", **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(LIMIT_MS)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}") if said.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(server) else complaints.append(asked.url))
        page.goto(f"{server}{path}")
        page.complaints = complaints
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def eve(database: Path) -> Client:
    return material.signed_in("eve", "reviewer")


@pytest.fixture
def recording(database: Path) -> Recording:
    return material.stored(material.sitting(name="Ada Okafor"))


def until(page: Any, condition: str) -> None:
    """Waits for it in the page. Playwright's own way would need `eval`, which the page rightly forbids."""
    page.evaluate(f"""async () => {{
      const end = performance.now() + {LIMIT_MS};
      while (!({condition})) {{
        if (performance.now() > end) throw new Error("this did not happen");
        await new Promise((next) => setTimeout(next, 20));
      }}
    }}""")


def ready(page: Any) -> None:
    until(page, "document.querySelector('video').readyState >= 2")


def now(page: Any) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


@pytest.mark.parametrize("fragments", [True, False], ids=["as fragments", "as it is"])
def test_the_picture_after_a_seek_is_the_right_one(
    eve: Client, recording: Recording, open_page: Opener, fragments: bool
) -> None:
    page = open_page(eve, "/candidates/4711", **({} if fragments else {"user_agent": "Firefox/153.0"}))
    ready(page)
    assert float(page.evaluate("document.querySelector('video').duration")) == pytest.approx(12, abs=0.05)
    for number in (0, 359, 61, 60, 59, 200, 7):
        assert page.evaluate(READ, (number + 0.5) / material.FPS) == number
    page.get_by_role("link", name="Answer 0:05").click()
    until(page, "!document.querySelector('video').paused && !document.querySelector('video').seeking")
    page.keyboard.press(" ")
    until(page, "document.querySelector('video').paused")
    at = now(page)
    assert 5.5 <= at < 8
    assert abs(page.evaluate(READ, None) - at * material.FPS) <= 2
    assert page.locator("[data-question][aria-current]").inner_text().startswith("What have you built")


def test_captions_are_shown_and_the_code_is_replayed(eve: Client, recording: Recording, open_page: Opener) -> None:
    page = open_page(eve, "/candidates/4711")
    ready(page)
    page.keyboard.press("c")
    page.evaluate(READ, 4.5)
    until(page, "document.querySelector('video').textTracks[0].activeCues?.length === 1")
    cue = page.evaluate(
        "(([cue, mode]) => [cue.text, mode])([document.querySelector('video').textTracks[0]"
        ".activeCues[0], document.querySelector('video').textTracks[0].mode])"
    )
    assert cue == [material.QUESTIONS["proud-of"], "showing"]
    assert page.get_by_role("button", name="Captions").get_attribute("aria-pressed") == "true"
    code = page.locator("[data-code] code")
    page.evaluate(READ, 9.6)
    assert code.text_content() == material.CODE[0]
    page.evaluate(READ, 11.0)
    assert code.text_content() == material.CODE[1]


def test_the_keyboard_is_enough(eve: Client, recording: Recording, open_page: Opener) -> None:
    page = open_page(eve, "/candidates/4711")
    ready(page)
    page.keyboard.press("ArrowRight")
    assert now(page) == pytest.approx(10)
    page.keyboard.press("ArrowLeft")
    assert now(page) == 0
    page.keyboard.press("3")
    assert now(page) == pytest.approx(8)
    page.keyboard.press("Space")
    until(page, "!document.querySelector('video').paused && document.querySelector('video').currentTime > 8")
    page.keyboard.press("Space")
    until(page, "document.querySelector('video').paused")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement?.matches('[data-player]')")
    page.keyboard.press("f")
    until(page, "!document.fullscreenElement")
    page.locator("[data-play]").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('video').volume") == pytest.approx(0.9)
    page.get_by_label("Speed").select_option("1.5")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.5
    page.locator("summary").click()
    page.locator("[data-keys-on]").uncheck()
    page.locator("main").focus()
    page.keyboard.press("1")
    assert now(page) > 7, "keys that are switched off do nothing outside the player"


def test_a_link_that_has_ended_is_renewed_and_the_place_is_kept(
    eve: Client, recording: Recording, open_page: Opener
) -> None:
    page = open_page(eve, "/candidates")
    page.route("**/play/*", lambda route: route.fulfill(status=403), times=1)
    page.goto(f"{page.url}/4711?at=6")
    until(page, "document.querySelector('video').readyState >= 2 && document.querySelector('video').currentTime === 6")
    page.evaluate("document.querySelector('video').src = '/play/old'")
    until(page, "document.querySelector('video').readyState >= 2 && document.querySelector('video').currentTime === 6")
    page.keyboard.press("Space")
    until(page, "document.querySelector('video').currentTime > 6.5")
    assert page.locator("[data-trouble]").is_hidden()
    assert AuditEntry.objects.filter(who="eve", what="play").count() == 3
    assert all("403" in said for said in page.complaints)
    page.complaints.clear()


@pytest.mark.parametrize("width", [360, 1920])
def test_every_page_fits_names_its_controls_and_shows_the_readers_time(
    width: int, recording: Recording, open_page: Opener
) -> None:
    material.kiosk(heartbeat=material.beat("recording"))
    other = material.sitting("guest", assigned=False)
    root = material.signed_in("root", superuser=True)
    look: dict[str, Any] = {"color_scheme": "dark" if width == 1920 else "light", "timezone_id": "Asia/Tokyo"}
    page = open_page(root, "/candidates", viewport={"width": width, "height": 800}, **look)
    assert page.locator("time").first.inner_text() == "9 Mar 2026, 23:05"
    base = page.url.removesuffix("/candidates")
    definitions.put(places.asset("interviews/software-engineer.toml").read_text(encoding="utf-8"))
    entries.assign("4711", "software-engineer", note="needs more time")
    account = material.account("ida", "privacy officer")
    for path in (
        "/candidates/4711",
        "/candidates/4711/delete",
        f"/unassigned/{other.pk}",
        "/planning",
        "/planning-new",
        "/planning/4711",
        "/interviews",
        "/interviews-new?sample=general",
        "/interviews/software-engineer",
        "/interviews/software-engineer/delete",
        "/kiosks",
        "/accounts",
        "/accounts/new",
        f"/accounts/{account.pk}",
        f"/accounts/{account.pk}/close",
        "/audit",
    ):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"
        assert page.evaluate(UNNAMED) == [], path
        assert page.locator("h1").count() == 1


def test_a_call_comes_up_by_itself_and_takes_neither_the_keyboard_nor_a_code_away(
    database: Path, open_page: Opener
) -> None:
    calm, calling = (material.kiosk(name, heartbeat=material.beat("recording")) for name in ("a", "b"))
    page = open_page(material.signed_in("tom", "administrator"), "/kiosks")
    page.get_by_role("button", name="Let a new kiosk in").click()
    code = page.locator(".code-made .big").inner_text()
    revoke = page.locator(f"a[href='/kiosks/{calling.pk}/revoke']")
    revoke.focus()
    page.evaluate("""() => {
      window.heard = 0;
      const ears = new MutationObserver(() => { window.heard += 1; });
      ears.observe(document.getElementById("calls"), { subtree: true, childList: true, characterData: true });
      window.kept = document.activeElement;
    }""")

    def look_again() -> None:
        with page.expect_response(lambda answer: answer.url.endswith("/kiosks")) as answered:
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        answered.value.finished()
        page.evaluate("() => new Promise((next) => setTimeout(next, 50))")

    look_again()
    assert page.evaluate("window.heard") == 0, "nothing is new, and nothing is said"
    assert page.evaluate("document.activeElement === window.kept")
    calling.heartbeat = material.beat("recording", called="help")
    calling.save()
    look_again()
    assert "Proctor called: b, the candidate asks for help." in page.locator("#calls").inner_text()
    assert page.locator("tbody th .strong").all_inner_texts() == ["b", "a"]
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/kiosks/{calling.pk}/revoke"
    assert page.locator(".code-made .big").inner_text() == code
    heard = page.evaluate("window.heard")
    assert heard == 1
    calm.seen_at = timezone.now()
    calm.save()
    look_again()
    assert page.evaluate("window.heard") == heard, "the same call is not said again"
    calling.heartbeat = material.beat("recording")
    calling.save()
    look_again()
    assert page.locator("#calls").inner_text().strip() == ""


def test_without_a_script_the_questions_still_lead_to_their_places(
    eve: Client, recording: Recording, open_page: Opener
) -> None:
    page = open_page(eve, "/candidates/4711", java_script_enabled=False)
    assert page.locator("time").first.inner_text().endswith("UTC")
    page.get_by_role("link", name="Question 0:04").click()
    assert page.locator("video").get_attribute("src").endswith("#t=4")
    assert page.locator("video").get_attribute("controls") is not None


def test_an_interview_is_added_and_a_candidate_asked_it_with_the_keyboard_alone(
    database: Path, open_page: Opener
) -> None:
    """From the list to the end with Tab, Enter and typing; a mistake is told, what was typed is still there."""
    root = material.signed_in("root", superuser=True)
    page = open_page(root, "/interviews")

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED).strip().startswith(name):
                return
        raise AssertionError(f"the keyboard does not lead to {name!r}")

    def enter(name: str, heading: str) -> None:
        tab_to(name)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=heading, level=1).wait_for()

    enter("Add an interview", "Add an interview")
    enter("a general interview", "Add an interview")
    tab_to("Or type or paste it here")
    page.keyboard.press("Control+Home")
    page.keyboard.type("wrong = 1\n")
    tab_to("Check and save")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "there is no such key" in alert.inner_text()
    assert not Definition.objects.exists()
    page.complaints.clear()  # Chromium tells a 422 as an error
    tab_to("Or type or paste it here")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Delete")
    enter("Check and save", "General interview")
    assert Definition.objects.get().pk == "general"
    enter("Planning", "Planning")
    enter("Add a candidate", "Add a candidate")
    for field, typed in (("Number or id", "4711"), ("Name", "Ada Okafor"), ("Interview", "General")):
        tab_to(field)
        page.keyboard.type(typed)
    enter("Add the candidate", "Ada Okafor")
    assert Candidate.objects.get().interviews.get().definition.pk == "general"


FOCUSED = "document.activeElement.labels?.[0]?.textContent || document.activeElement.textContent"
"""What the thing that has the keyboard is called."""
