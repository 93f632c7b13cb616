"""The paths of `kiosk.contract.wire`, and what answers there."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import path

from kiosk.contract import wire
from kiosk.server.receive import kiosks, openapi, recordings
from kiosk.server.receive.answers import answer, endpoint, refuse

ONE: Final = wire.recording_path("<str:recording>").lstrip("/")


def description(request: HttpRequest, _: None) -> HttpResponse:
    del request
    return answer(openapi.description())


def nothing(request: HttpRequest, _: None, rest: str) -> HttpResponse:
    del request, rest
    raise refuse(404, "unknown", "There is nothing at this address.")


_ANY: Final = dict.fromkeys(("get", "head", "put", "post", "delete", "patch", "options"), nothing)

urlpatterns = [
    path(wire.ENROL.lstrip("/"), endpoint(anonymous=True, post=kiosks.enrol)),
    path(wire.ASSIGNMENTS.lstrip("/"), endpoint(get=kiosks.assignments)),
    path(wire.HEARTBEAT.lstrip("/"), endpoint(post=kiosks.heartbeat)),
    path(ONE, endpoint(put=recordings.open_recording)),
    path(f"{ONE}/segments/<str:segment>/chunks/<str:number>", endpoint(put=recordings.put_chunk)),
    path(f"{ONE}/chunks", endpoint(get=recordings.list_chunks)),
    path(f"{ONE}/complete", endpoint(post=recordings.complete)),
    path(f"{ONE}/receipt", endpoint(get=recordings.receipt)),
    path(openapi.PATH.lstrip("/"), endpoint(anonymous=True, get=description)),
    path(f"{wire.ROOT.lstrip('/')}/<path:rest>", endpoint(anonymous=True, **_ANY)),
]
