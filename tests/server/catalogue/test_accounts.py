import pytest
from django.contrib.auth import authenticate, get_user_model
from django.test import RequestFactory

from kiosk.domain.errors import BadRequest
from kiosk.server.catalogue.accounts import (
    ADMINISTRATOR,
    PRIVACY,
    REVIEWER,
    administrators,
    close_account,
    must_choose_password,
    own_password_chosen,
    set_account,
)
from kiosk.server.catalogue.models import AuditEntry
from kiosk.server.review.access import ALLOWED, acts_of

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


def test_the_last_who_may_administer_stays_and_stays_an_administrator() -> None:
    set_account("tom", [ADMINISTRATOR])
    for change in (lambda: close_account("tom"), lambda: set_account("tom", [REVIEWER])):
        with pytest.raises(BadRequest, match="Nobody else could administer"):
            change()
    set_account("ada", [ADMINISTRATOR])
    close_account("ada")
    with pytest.raises(BadRequest, match="Nobody else could administer"):
        close_account("tom")
    set_account("ada", None)
    close_account("tom")
    assert [one.username for one in administrators()] == ["ada"]


def test_a_password_that_is_given_is_to_be_replaced_until_its_owner_chose_one() -> None:
    set_account("rosa", [REVIEWER])
    rosa = get_user_model().objects.get(username="rosa")
    assert must_choose_password(rosa)
    own_password_chosen(rosa)
    assert not must_choose_password(rosa)
    set_account("rosa", None, new_password=True)
    assert must_choose_password(rosa)


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
