"""This part as Django knows it."""

from django.apps import AppConfig


class FinaliseConfig(AppConfig):
    name = "kiosk.server.finalise"
    label = "finalise"
