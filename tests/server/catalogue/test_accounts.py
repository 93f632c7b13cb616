import pytest
from django.contrib.auth import authenticate, get_user_model
from django.test import RequestFactory

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue.accounts import close_account, set_account
from kiosk.server.catalogue.models import AuditEntry
from kiosk.server.review.access import ALLOWED, PRIVACY, REVIEWER, acts_of

pytestmark = pytest.mark.usefixtures("database")


def signs_in(name: str, password: str) -> bool:
    return authenticate(RequestFactory().post("/sign-in"), username=name, password=password) is not None


def test_a_new_account_gets_a_password_and_its_roles() -> None:
    password = set_account("rosa", [REVIEWER, PRIVACY])
    assert signs_in("rosa", password)
    assert acts_of(get_user_model().objects.get(username="rosa")) == ALLOWED[REVIEWER] | ALLOWED[PRIVACY]
    assert AuditEntry.objects.filter(what="account made", subject="rosa").count() == 1


def test_changing_roles_keeps_the_password_and_a_new_password_keeps_the_roles() -> None:
    first = set_account("rosa", [REVIEWER])
    assert set_account("rosa", [PRIVACY]) == ""
    assert signs_in("rosa", first)
    second = set_account("rosa", None, new_password=True)
    assert second
    assert not signs_in("rosa", first)
    assert acts_of(get_user_model().objects.get(username="rosa")) == ALLOWED[PRIVACY]


def test_a_closed_account_cannot_sign_in() -> None:
    password = set_account("rosa", [REVIEWER])
    close_account("rosa")
    assert not signs_in("rosa", password)


@pytest.mark.parametrize("name", ["", "a b", "x" * 200])
def test_an_impossible_name_is_refused_and_nothing_is_made(name: str) -> None:
    with pytest.raises(BadRequest, match="cannot be called"):
        set_account(name, [REVIEWER])
    assert not get_user_model().objects.filter(username=name).exists()


def test_an_unknown_role_or_account_is_named() -> None:
    with pytest.raises(BadRequest, match="no role 'boss'; there is 'administrator', 'privacy officer', 'reviewer'"):
        set_account("rosa", ["boss"])
    with pytest.raises(BadRequest, match="no account 'nobody'"):
        close_account("nobody")
