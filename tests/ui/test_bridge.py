"""The bridge: views come in from any thread, the newest wins; requests go out."""

import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain.view import Next, Request, SessionState, View
from kiosk.ui.bridge import Bridge


def test_a_view_posted_by_another_thread_arrives_in_the_thread_of_the_screens(qtbot: QtBot) -> None:
    bridge = Bridge(lambda _: None)
    seen: list[tuple[SessionState, bool]] = []
    mine = threading.current_thread()
    bridge.view_changed.connect(lambda view: seen.append((view.state, threading.current_thread() is mine)))
    thread = threading.Thread(target=lambda: bridge.post_view(View(SessionState.CONSENT)), name="test-director")
    thread.start()
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    thread.join(10)
    assert seen == [(SessionState.CONSENT, True)]
    assert bridge.newest.state is SessionState.CONSENT


def test_of_many_views_posted_while_the_screens_are_busy_only_the_newest_is_shown(qtbot: QtBot) -> None:
    bridge = Bridge(lambda _: None)
    seen: list[int] = []
    bridge.view_changed.connect(lambda view: seen.append(view.index))
    for index in range(500):
        bridge.post_view(View(index=index))
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    QApplication.processEvents()
    assert seen == [499]


def test_after_closing_a_view_is_ignored(qtbot: QtBot) -> None:
    del qtbot
    bridge = Bridge(lambda _: None)
    seen: list[object] = []
    bridge.view_changed.connect(seen.append)
    bridge.post_view(View(SessionState.CONSENT))
    bridge.close()
    bridge.post_view(View(SessionState.FAILED))
    QApplication.processEvents()
    assert seen == []


def test_a_request_is_handed_on_as_it_is(qtbot: QtBot) -> None:
    del qtbot
    posted: list[Request] = []
    Bridge(posted.append).request(Next())
    assert posted == [Next()]
