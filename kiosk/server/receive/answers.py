"""Answers of the kiosk's API, and the door that every request goes through.

`endpoint` makes a view of handlers: it checks the method and the token before anything of the body is read, and
turns every failure into a `Refusal` in JSON. No traceback ever reaches a client; a fault of ours is logged.
"""

import errno
import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from kiosk.contract.wire import Refusal
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import plain
from kiosk.server.catalogue.models import Kiosk

log = logging.getLogger(__name__)

SOON_S: Final = 5
LATER_S: Final = 60
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Refused(Exception):
    """Ends a request with that status and refusal."""

    def __init__(self, status: int, refusal: Refusal, *, retry_after_s: int | None = None, allow: str = "") -> None:
        super().__init__(status, refusal)
        self.status = status
        self.refusal = refusal
        self.retry_after_s = retry_after_s
        self.allow = allow


def refuse(status: int, error: str, what: str, remedy: str = "", **more: Any) -> Refused:
    """What to raise; `more` are `retry_after_s` and `allow`."""
    return Refused(status, Refusal(error, what, remedy), **more)


def answer(value: Any, status: int = 200) -> JsonResponse:
    """A dataclass, or JSON values, as the body."""
    response = JsonResponse(plain(value), status=status, safe=False)
    response["Content-Length"] = str(len(response.content))
    return response


def endpoint(*, anonymous: bool = False, **handlers: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view. `handlers` by method in lower case are called with (request, kiosk, **path's parts).

    `kiosk` is whom the token belongs to; None where `anonymous`.
    """
    from kiosk.server.receive import tokens

    def handle(request: HttpRequest, **parts: Any) -> HttpResponse:
        handler = handlers.get(str(request.method).lower())
        if handler is None:
            allow = ", ".join(sorted(name.upper() for name in handlers))
            raise refuse(405, "method", f"This address takes {allow} only.", allow=allow)
        kiosk: Kiosk | None = None if anonymous else tokens.kiosk_of(request)
        return handler(request, kiosk, **parts)

    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            return handle(request, **parts)
        except Exception as error:  # noqa: BLE001  # the top of a request: every failure becomes a refusal in words
            return refusal(_translated(error, request))

    view.handlers = frozenset(name.upper() for name in handlers)  # type: ignore[attr-defined]  # read by the test
    guarded: Callable[..., HttpResponse] = csrf_exempt(never_cache(view))
    return guarded


def _translated(error: Exception, request: HttpRequest) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, BadRequest):
        return refuse(400, "bad-request", error.what, error.remedy)
    if isinstance(error, RecursionError):
        return refuse(400, "bad-request", "The body is nested too deep.")
    if isinstance(error, RequestDataTooBig):
        return refuse(413, "too-large", "The body is too large.")
    if isinstance(error, SuspiciousOperation):
        return refuse(400, "bad-request", "The request is not in order.")
    if isinstance(error, WorldFailed):
        log.warning("%s", error)
        return refuse(503, "store", error.what, error.remedy, retry_after_s=LATER_S)
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("The database did not answer: %s", error)
        return refuse(503, "database", "The server's database is busy or down.", retry_after_s=SOON_S)
    if isinstance(error, IntegrityError):
        log.warning("Two requests met: %s", error)
        return refuse(503, "busy", "The same was asked for twice at once.", retry_after_s=SOON_S)
    if isinstance(error, OSError) and not isinstance(error, DatabaseError):
        if error.errno in FULL:
            log.error("The server's disk is full.")
            return no_space()
        log.error("The store failed: %s", error)
        return refuse(503, "store", "The server's store does not work at the moment.", retry_after_s=LATER_S)
    log.critical("A fault of our own at %s %s", request.method, request.path, exc_info=error)
    return refuse(500, "fault", "The server made a mistake; it is in its log.", retry_after_s=LATER_S)


def no_space() -> Refused:
    return refuse(507, "no-space", "The server's disk is full.", "Its administrator is told.", retry_after_s=LATER_S)


def refusal(refused: Refused) -> JsonResponse:
    """Its answer."""
    response = answer(refused.refusal, refused.status)
    if refused.retry_after_s is not None:
        response["Retry-After"] = str(refused.retry_after_s)
    if refused.allow:
        response["Allow"] = refused.allow
    if refused.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="kiosk"'
    return response
