"""Accounts: sign in, sign out, change the password. Every sign-in, refusal and sign-out is on record.

The throttle is django-axes'. A name that is typed at the sign-in and belongs to no account is never written down:
people type their password there.
"""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, signals
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from kiosk.server.catalogue import accounts, audit
from kiosk.server.review.access import Act, acts_of, needs, on_record, page

UNKNOWN = "an unknown account"


class SignIn(LoginView):
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    next_page = reverse_lazy("sign-in")


class NewPassword(PasswordChangeForm):
    """Django's, with its validators; another password must be another one."""

    def clean_new_password1(self) -> str:
        value = str(self.cleaned_data.get("new_password1", ""))
        if value and value == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("This is the password you have now. Please choose another one.")
        return value


class ChangePassword(PasswordChangeView):
    template_name = "registration/password.html"
    form_class = NewPassword
    success_url = reverse_lazy("password-changed")

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        user = self.request.user
        given = accounts.must_choose_password(user)
        known: dict[str, Any] = super().get_context_data(**values)
        return {**known, "given": given, "acts": frozenset() if given else acts_of(user)}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        accounts.own_password_chosen(self.request.user)
        on_record(self.request, "password changed")
        return answer


@needs(*Act)
def password_changed(request: HttpRequest) -> HttpResponse:
    return page(request, "registration/password_changed.html")


@needs(*Act)
def home(request: HttpRequest) -> HttpResponse:
    """Where one begins: at the candidates, or at the kiosks when one may not watch."""
    return redirect("candidates" if Act.WATCH in request.acts else "kiosks")


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Too many wrong passwords. Named in the settings as django-axes' answer."""
    answer = page(request, "registration/locked.html", status=429)
    answer["Retry-After"] = "900"
    return answer


def listen() -> None:
    """Puts sign-ins, refusals and sign-outs on record from now on."""
    signals.user_logged_in.connect(_signed_in, dispatch_uid="review signed in")
    signals.user_login_failed.connect(_refused, dispatch_uid="review refused")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="review signed out")


def _signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    audit.record(user.get_username(), "sign-in", address=audit.address_of(request))


def _signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        audit.record(user.get_username(), "sign-out", address=audit.address_of(request))


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get("username", ""))
    known = get_user_model().objects.filter(username=name).exists()
    address = audit.address_of(request) if request is not None else ""
    audit.record(name if known else UNKNOWN, "sign-in refused", address=address)
