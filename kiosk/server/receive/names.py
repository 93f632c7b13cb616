"""Before anything else of a request: whether the server answers to the name that it was called by.

Django says 400 to the others, and a kiosk takes 400 as "this recording is wrong" and puts it aside. A name that is
missing in the settings is no recording's fault: kiosks are told to come back later.
"""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from kiosk.contract import wire
from kiosk.server.receive.answers import LATER_S, refusal, refuse


class KnownName:
    """Middleware; concerns the kiosks' API only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if str(request.path_info).startswith(f"{wire.ROOT}/"):
            try:
                request.get_host()
            except DisallowedHost:
                what = "This server does not answer to the name that it was called by."
                remedy = "Its administrator adds the name to KIOSK_SERVER_HOSTS."
                return refusal(refuse(503, "host", what, remedy, retry_after_s=LATER_S))
        return self._get_response(request)
