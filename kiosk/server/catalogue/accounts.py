"""Accounts of people: made, given roles, given a new password. From the command line; there is no page for it."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import audit

PASSWORD_BYTES: Final = 12


def set_account(name: str, roles: Sequence[str] | None, *, new_password: bool = False) -> str:
    """Makes the account, or changes it; returns its new password, empty when it keeps the one it has.

    `roles` replaces the roles it has; None leaves them. Raises BadRequest.
    """
    accounts = get_user_model()
    groups = [_group(role) for role in roles or ()]
    with transaction.atomic():
        account: Any = accounts.objects.filter(username=name).first()
        is_new = account is None
        if is_new:
            account = accounts(username=name)
        password = secrets.token_urlsafe(PASSWORD_BYTES) if is_new or new_password else ""
        if password:
            account.set_password(password)
        try:
            account.full_clean()
        except ValidationError as error:
            raise BadRequest(f"An account cannot be called {name!r}: {' '.join(error.messages)}") from error
        account.is_active = True
        account.save()
        if roles is not None:
            account.groups.set(groups)
        what = "account made" if is_new else "account changed"
        audit.record("server", what, name, ", ".join(roles) if roles is not None else "roles as before")
    return password


def close_account(name: str) -> None:
    """Nobody can sign in with it any more; what it did stays on record. Raises BadRequest."""
    accounts = get_user_model()
    with transaction.atomic():
        if not accounts.objects.filter(username=name).update(is_active=False):
            raise BadRequest(f"There is no account '{name}'.")
        audit.record("server", "account closed", name)


def _group(role: str) -> Group:
    found: Group | None = Group.objects.filter(name=role).first()
    if found is None:
        known = ", ".join(f"'{name}'" for name in Group.objects.order_by("name").values_list("name", flat=True))
        raise BadRequest(f"There is no role '{role}'; there is {known}.")
    return found
