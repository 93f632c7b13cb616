"""Who may do what: three roles, which are Django groups. A superuser may do everything."""

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kiosk.server.catalogue import accounts, audit
from kiosk.server.catalogue.accounts import ADMINISTRATOR, PRIVACY, REVIEWER

View = Callable[..., HttpResponse]


class Act(StrEnum):
    """What a role allows; the values stand in templates."""

    WATCH = "watch"
    EXPORT = "export"
    ERASE = "erase"
    RECORDS = "records"
    """Read the audit log."""
    ASSIGN = "assign"
    """Plan: interviews, candidates, who is to be asked what, and whose a recording is."""
    FLEET = "fleet"
    """See kiosks."""
    ENROL = "enrol"
    """Let kiosks in, and put them out."""
    ACCOUNTS = "accounts"
    """Make accounts, give them roles and passwords, close them."""


ALLOWED: Final[dict[str, frozenset[Act]]] = {
    REVIEWER: frozenset({Act.WATCH, Act.FLEET}),
    PRIVACY: frozenset({Act.WATCH, Act.FLEET, Act.EXPORT, Act.ERASE, Act.RECORDS}),
    ADMINISTRATOR: frozenset({Act.FLEET, Act.ENROL, Act.ASSIGN, Act.ACCOUNTS}),
}


def acts_of(user: Any) -> frozenset[Act]:
    """Everything that this account may do."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(Act)
    roles = user.groups.values_list("name", flat=True)
    return frozenset().union(*(ALLOWED.get(role, frozenset()) for role in roles))


def needs(*acts: Act) -> Callable[[View], View]:
    """The view is for accounts that may do one of these; others get the page that says so, and nobody signed out.

    Whoever signed in with a password that somebody else made chooses another one before anything else.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            request.acts = acts_of(request.user)
            if not request.acts.intersection(acts):
                raise PermissionDenied
            if accounts.must_choose_password(request.user):
                return redirect("password")
            return view(request, *args, **values)

        guarded.acts = acts  # type: ignore[attr-defined]  # for the test that asks every view of it
        return login_required(guarded)  # type: ignore[no-any-return]  # Django has no types

    return wrap


def page(request: HttpRequest, template: str, /, status: int = 200, **values: Any) -> HttpResponse:
    """A page with what its frame needs: what this account may do. Never kept by a cache: it shows personal data."""
    answer = render(request, template, {"acts": getattr(request, "acts", frozenset()), **values}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def by(request: HttpRequest) -> audit.By:
    """Who asks for this, for the records."""
    return audit.By(request.user.get_username(), audit.address_of(request))


def on_record(request: HttpRequest, what: str, subject: Any = "", detail: str = "") -> None:
    """Writes down what this account does."""
    audit.record(request.user.get_username(), what, str(subject), detail, audit.address_of(request))
