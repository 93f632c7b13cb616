"""Accounts, for administrators: list, make, roles, a new password, close, open again.

Nobody changes their own account here but for the password, the last administrator stays one, and an account that may
do everything is changed only by such an account. A password that is made is shown once and good for one sign-in.
"""

from typing import Any, Final

from axes.utils import reset
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue import accounts as rules
from kiosk.server.catalogue.accounts import ADMINISTRATOR, PRIVACY, REVIEWER
from kiosk.server.review.access import Act, by, needs, page

MAY: Final = (
    (REVIEWER, "Reviewer", "Sees candidates and watches their recordings."),
    (PRIVACY, "Privacy officer", "The same; also downloads and deletes a person's data, and reads the audit log."),
    (
        ADMINISTRATOR,
        "Administrator",
        "Plans interviews, lets kiosks in and puts them out, and sees to accounts. Watches no recording.",
    ),
)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label="May", choices=[(name, word) for name, word, _ in MAY], widget=forms.CheckboxSelectMultiple
    )

    roles.error_messages["required"] = "Choose one at least: without a role an account opens nothing."

    def told(self) -> list[dict[str, Any]]:
        """Each role as the page shows it."""
        chosen = self["roles"].value() or []
        return [{"name": name, "word": word, "what": what, "on": name in chosen} for name, word, what in MAY]


class AccountForm(RolesForm):
    name = forms.CharField(
        label="Name to sign in with",
        max_length=150,
        help_text="Letters, digits and @ . + - _ only. It stands in the audit log and cannot be changed later.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


@needs(Act.ACCOUNTS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    everybody = get_user_model().objects.select_related("given_password").prefetch_related("groups")
    rows = [_row(request, one) for one in everybody.order_by("-is_active", "username")]
    return page(request, "review/accounts.html", rows=rows)


@needs(Act.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            password = rules.make(name, form.cleaned_data["roles"], by(request))
        except BadRequest as error:
            form.add_error("name", error.what)
        else:
            return _password(request, name, password, "is made")
    return page(request, "review/account_new.html", status=422 if form.errors else 200, form=form)


@needs(Act.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, account: int) -> HttpResponse:
    """One account; what is sent are its new roles."""
    found = get_object_or_404(get_user_model(), pk=account)
    roles = list(found.groups.order_by("name").values_list("name", flat=True))
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": roles})
    if request.method == "POST":
        _refuse_own(request, found)
        if form.is_valid():
            try:
                rules.set_roles(found, form.cleaned_data["roles"], by(request))
            except BadRequest as error:
                form.add_error("roles", str(error))
            else:
                messages.success(request, f"The roles of {found.get_username()} are saved. They hold from now on.")
                return redirect("accounts")
    return page(
        request,
        "review/account.html",
        status=422 if form.errors else 200,
        form=form,
        **_row(request, found),
    )


@needs(Act.ACCOUNTS)
@require_POST
def new_password(request: HttpRequest, account: int) -> HttpResponse:
    """For somebody who has forgotten theirs; also ends the pause after wrong ones."""
    found = get_object_or_404(get_user_model(), pk=account)
    _refuse_own(request, found)
    password = rules.give_password(found, by(request))
    reset(username=found.get_username())
    return _password(request, found.get_username(), password, "has a new password")


@needs(Act.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, account: int) -> HttpResponse:
    """Asked first; then nobody can sign in with it any more."""
    found = get_object_or_404(get_user_model(), pk=account, is_active=True)
    _refuse_own(request, found)
    if request.method == "POST":
        try:
            rules.close(found, by(request))
        except BadRequest as error:
            messages.warning(request, str(error))
            return redirect("account", found.pk)
        messages.success(request, f"Nobody can sign in as {found.get_username()} any more.")
        return redirect("accounts")
    return page(request, "review/account_close.html", found=found)


@needs(Act.ACCOUNTS)
@require_POST
def open_again(request: HttpRequest, account: int) -> HttpResponse:
    """In the roles it had, with a new password: who knew the old one is not known any more."""
    found = get_object_or_404(get_user_model(), pk=account, is_active=False)
    _refuse_own(request, found)
    rules.open_again(found, by(request))
    password = rules.give_password(found, by(request))
    return _password(request, found.get_username(), password, "is open again")


def _row(request: HttpRequest, found: Any) -> dict[str, Any]:
    """An account as pages show it, and whether whoever asks may change it."""
    groups = {group.name for group in found.groups.all()}
    own = found.pk == request.user.pk
    return {
        "found": found,
        "may": ["Everything"] if found.is_superuser else [word for name, word, _ in MAY if name in groups],
        "own": own,
        "changeable": not own and (not found.is_superuser or request.user.is_superuser),
        "given": hasattr(found, "given_password"),
    }


def _refuse_own(request: HttpRequest, found: Any) -> None:
    if not _row(request, found)["changeable"]:
        raise PermissionDenied


def _password(request: HttpRequest, name: str, password: str, what: str) -> HttpResponse:
    """Shows it, this once; only its hash is kept."""
    return page(
        request,
        "review/account_password.html",
        name=name,
        password=password,
        what=what,
        address=f"{request.scheme}://{request.get_host()}",
    )
