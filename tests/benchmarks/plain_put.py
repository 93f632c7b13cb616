"""The real server with one more address: a plain authenticated PUT, streamed to one file with one fsync at its end.

Only the benchmark starts it (`DJANGO_SETTINGS_MODULE=tests.benchmarks.plain_put`): it is what an upload costs at least.
"""

from typing import Any, Final

from kiosk.server.settings import *  # noqa: F403  # Django reads a settings module by its names
from kiosk.server.settings import DATA

ROOT_URLCONF = "tests.benchmarks.plain_put"
PIECE: Final = 256 * 1024


def plain(request: Any) -> Any:
    from django.http import HttpResponse

    from kiosk.server.receive import tokens
    from kiosk.system import host

    tokens.kiosk_of(request)
    with (DATA / "plain").open("wb") as file:
        while piece := request.read(PIECE):
            file.write(piece)
        file.flush()
        host.sync_data(file.fileno())
    return HttpResponse(status=201)


def __getattr__(name: str) -> Any:  # settings are read before addresses can be made
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path
    from django.views.decorators.csrf import csrf_exempt

    return [path("bench/plain", csrf_exempt(plain)), path("", include("kiosk.server.urls"))]
