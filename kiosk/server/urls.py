"""Addresses: the kiosk's API, then the pages."""

from django.urls import include, path

urlpatterns = [
    path("", include("kiosk.server.receive.urls")),
    path("", include("kiosk.server.review.urls")),
]
