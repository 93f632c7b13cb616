"""This part as Django knows it."""

from django.apps import AppConfig


class ReceiveConfig(AppConfig):
    name = "kiosk.server.receive"
    label = "receive"
