"""The review pages as a Django application: makes the roles, and puts every sign-in on record."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReviewConfig(AppConfig):
    name = "kiosk.server.review"
    label = "review"
    verbose_name = "Review pages"

    def ready(self) -> None:
        from kiosk.server.review import sign_in

        sign_in.listen()
        post_migrate.connect(make_roles, dispatch_uid="review roles")


def make_roles(sender: Any, **_: Any) -> None:
    """The groups that people are put into. Safe to repeat."""
    if sender.label == "auth":
        from django.contrib.auth.models import Group

        from kiosk.server.catalogue.accounts import ROLES

        for role in ROLES:
            Group.objects.get_or_create(name=role)
