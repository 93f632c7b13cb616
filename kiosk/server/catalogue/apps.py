"""The catalogue as Django knows it."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "kiosk.server.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
