"""The one bridge between the director's thread and the screens: views come in as a signal, requests go out.

It renders nothing and decides nothing. When views come faster than the screens can draw, only the newest
is delivered; nothing is queued behind it.
"""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.domain.view import Request, View


class Bridge(QObject):
    """Lives in the screens' thread. `post` must be callable from there and must not block."""

    view_changed = Signal(object)
    """The newest View, in the screens' thread."""
    crashed = Signal()
    """The director stopped because of a bug: no view comes any more. May be emitted in any thread."""
    called = Signal()
    """Somebody looks for this kiosk: it shall come to the front. May be emitted in any thread."""
    _woken = Signal()

    def __init__(self, post: Callable[[Request], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._lock = threading.Lock()
        self._waiting: View | None = None
        self._closed = False
        self._newest = View()
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def newest(self) -> View:
        """The view that was delivered last."""
        return self._newest

    def post_view(self, view: View) -> None:
        """Hands a view to the screens; callable from any thread, returns at once."""
        with self._lock:
            if self._closed:
                return
            asleep = self._waiting is None
            self._waiting = view
            if asleep:
                self._woken.emit()

    def request(self, request: Request) -> None:
        """Passes on what somebody asked for."""
        self._post(request)

    def close(self) -> None:
        """From now on views are ignored: the screens are going away."""
        with self._lock:
            self._closed = True

    def _deliver(self) -> None:
        with self._lock:
            view, self._waiting = self._waiting, None
        if view is not None and not self._closed:
            self._newest = view
            self.view_changed.emit(view)
