"""Accounts of people: made, given roles, given a password, closed. For the command line and the administrators' page.

A password that is made here was seen by somebody else, so whoever signs in with it chooses another one first. There is
always somebody left who may administer.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import audit
from kiosk.server.catalogue.audit import SERVER, By
from kiosk.server.catalogue.models import GivenPassword

REVIEWER: Final = "reviewer"
PRIVACY: Final = "privacy officer"
ADMINISTRATOR: Final = "administrator"
ROLES: Final = (REVIEWER, PRIVACY, ADMINISTRATOR)

_SIGNS: Final = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter or digit that is taken for another when it is read from paper."""
_LAST: Final = "Nobody else could administer this server then."


def set_account(name: str, roles: Sequence[str] | None, *, new_password: bool = False) -> str:
    """Makes the account, or changes it and opens it again; returns its new password, empty when it keeps its own.

    `roles` replaces the roles it has; None leaves them. Raises BadRequest.
    """
    with transaction.atomic():
        known = get_user_model().objects.filter(username=name).first()
        if known is None:
            return make(name, roles or ())
        if roles is not None:
            set_roles(known, roles)
        open_again(known)
        return give_password(known) if new_password else ""


def close_account(name: str) -> None:
    """Nobody can sign in with it any more; what it did stays on record. Raises BadRequest."""
    known = get_user_model().objects.filter(username=name).first()
    if known is None:
        raise BadRequest(f"There is no account '{name}'.")
    close(known)


def make(name: str, roles: Iterable[str], by: By = SERVER) -> str:
    """A new account; returns its password. Raises BadRequest when it cannot be called so, or there is one already."""
    wanted = _groups(roles)
    account = get_user_model()(username=name)
    password = _password()
    account.set_password(password)
    try:
        account.full_clean()
    except ValidationError as error:
        raise BadRequest(f"An account cannot be called {name!r}: {' '.join(error.messages)}") from error
    with transaction.atomic():
        account.save()
        account.groups.set(wanted)
        GivenPassword.objects.create(account=account)
        audit.record(by.name, "account made", name, _told(wanted), by.address)
    return password


def set_roles(account: Any, roles: Iterable[str], by: By = SERVER) -> None:
    """Replaces its roles. Raises BadRequest when nobody could administer any more."""
    wanted = _groups(roles)
    with transaction.atomic():
        if ADMINISTRATOR not in {group.name for group in wanted} and not account.is_superuser:
            _spare_the_last(account)
        if set(account.groups.all()) != set(wanted):
            account.groups.set(wanted)
            audit.record(by.name, "account changed", account.get_username(), _told(wanted), by.address)


def give_password(account: Any, by: By = SERVER) -> str:
    """A new password, to be replaced at the next sign-in; wherever the account is signed in, it is signed out."""
    password = _password()
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        GivenPassword.objects.update_or_create(account=account)
        audit.record(by.name, "password given", account.get_username(), address=by.address)
    return password


def close(account: Any, by: By = SERVER) -> None:
    """Nobody can sign in with it any more. Raises BadRequest when nobody could administer any more."""
    with transaction.atomic():
        _spare_the_last(account)
        if account.is_active:
            account.is_active = False
            account.save(update_fields=["is_active"])
            audit.record(by.name, "account closed", account.get_username(), address=by.address)


def open_again(account: Any, by: By = SERVER) -> None:
    """It can be signed in with again, in the roles it had."""
    with transaction.atomic():
        if not account.is_active:
            account.is_active = True
            account.save(update_fields=["is_active"])
            audit.record(by.name, "account opened again", account.get_username(), address=by.address)


def own_password_chosen(account: Any) -> None:
    """It has one now that nobody else has seen."""
    GivenPassword.objects.filter(account=account).delete()


def must_choose_password(account: Any) -> bool:
    """Whether its password was made by somebody else."""
    return bool(GivenPassword.objects.filter(account=account).exists())


def administrators() -> QuerySet:
    """Accounts that can be signed in with and may administer."""
    may = Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)
    return get_user_model().objects.filter(may, is_active=True).distinct()


def _spare_the_last(account: Any) -> None:
    """Raises BadRequest when this is the only account that may administer. One such change at a time."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR))
    if administrators().filter(pk=account.pk).exists() and not administrators().exclude(pk=account.pk).exists():
        raise BadRequest(_LAST, "Make another account an administrator first.")


def _password() -> str:
    """Some 98 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(5))


def _groups(roles: Iterable[str]) -> list[Group]:
    known = {group.name: group for group in Group.objects.order_by("name")}
    for role in roles:
        if role not in known:
            there = ", ".join(f"'{name}'" for name in known)
            raise BadRequest(f"There is no role '{role}'; there is {there}.")
    return [known[role] for role in dict.fromkeys(roles)]


def _told(groups: Iterable[Group]) -> str:
    return ", ".join(group.name for group in groups) or "no role"
