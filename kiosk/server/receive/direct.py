"""The kiosks' API without what only pages need: sessions, accounts, messages, static files, content policy.

That is a tenth of what a chunk costs. Whoever answers here looks at the token itself and answers in JSON
(`receive.answers.endpoint`), so none of it is missed.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from kiosk.contract import wire

URLS = "kiosk.server.receive.urls"


class Direct:
    """Middleware, after those that concern the API too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if str(request.path_info).startswith(f"{wire.ROOT}/"):
            try:
                found = resolve(request.path_info, URLS)
            except Resolver404:
                return self._get_response(request)
            request.resolver_match = found
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
            return answer
        return self._get_response(request)
