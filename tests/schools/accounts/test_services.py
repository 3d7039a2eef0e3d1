from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from freezegun import freeze_time
from rest_framework.authtoken.models import Token

from accounts import activation
from accounts.activation import CodeRefusedError
from accounts.models import ActivationCode, AuditEntry, User
from schools.accounts.services import create_accounts, hand_over
from schools.models import Membership, Role
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.local(2026, 11, 21, 8, 30)


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time(NOW):
        yield


def opens(username: str, code: str) -> User:
    return activation.find_code(username=username, code=code, now=NOW).user


def test_a_unit_without_an_account_gets_one_named_by_its_code(world: SimpleNamespace) -> None:
    school = make.make_school(
        "Trường MN Hoa", ["MN"], commune=world.commune_a, manager=world.commune_a, code="37000E03"
    )
    (issued,) = create_accounts(units=[school], by=world.admin, now=NOW)
    user = opens("37000e03", issued.code)
    assert (issued.username, user.has_usable_password(), user.email) == ("37000e03", False, "")
    assert Membership.objects.get(user=user, ended_at=None).role == Role.PRINCIPAL


def test_a_commune_gets_the_account_of_its_officer(world: SimpleNamespace) -> None:
    commune = make.make_commune(world.department, "14700", "Xã Kim Sơn")
    (issued,) = create_accounts(units=[commune], by=world.admin, now=NOW)
    assert opens("14700", issued.code).memberships.get().role == Role.COMMUNE_OFFICER


def test_an_account_that_is_there_is_kept_and_gets_a_code(world: SimpleNamespace) -> None:
    users = User.objects.count()
    (issued,) = create_accounts(units=[world.th_a], by=world.admin, now=NOW)
    assert opens("hieutruong", issued.code) == world.principal
    assert User.objects.count() == users


def test_done_twice_there_is_one_account_and_only_the_last_code_opens_it(world: SimpleNamespace) -> None:
    first, second = (create_accounts(units=[world.thpt_a], by=world.admin, now=NOW)[0] for _ in range(2))
    assert first.username == second.username
    assert opens(second.username, second.code)
    with pytest.raises(CodeRefusedError, match="revoked"):
        opens(first.username, first.code)


def test_a_code_of_a_unit_that_is_another_ones_name_gets_a_number(world: SimpleNamespace) -> None:
    make.make_user("14700", world.office, Role.OFFICER)
    commune = make.make_commune(world.department, "14700", "Xã Kim Sơn")
    assert create_accounts(units=[commune], by=world.admin, now=NOW)[0].username == "14700-1"


def test_who_left_without_handing_over_does_not_get_in_by_the_old_password(world: SimpleNamespace) -> None:
    left = make.make_user(world.thpt_a.code.lower(), world.thpt_a)
    left.memberships.update(ended_at=NOW)
    (issued,) = create_accounts(units=[world.thpt_a], by=world.admin, now=NOW)
    assert opens(issued.username, issued.code) != left
    assert not Client().login(username=issued.username, password=make.PASSWORD)


@pytest.mark.parametrize("what", ["an office", "a closed school"])
def test_no_account_for(what: str, world: SimpleNamespace) -> None:
    unit = world.office
    if what == "a closed school":
        unit = make.make_school("Trường TH Cũ", ["TH"], commune=None, manager=None, closed_on=date(2026, 8, 1))
    with pytest.raises(ValidationError):
        create_accounts(units=[world.thpt_a, unit], by=world.admin, now=NOW)
    assert not ActivationCode.objects.exists()


def test_what_was_done_is_recorded_and_no_code_is_in_it(world: SimpleNamespace) -> None:
    issued = create_accounts(units=world.schools, by=world.admin, now=NOW)
    entries = list(AuditEntry.objects.filter(actor=world.admin).values())
    # Two of the four schools have a principal already.
    assert [entry["action"] for entry in entries].count("account.create") == 2
    assert [entry["action"] for entry in entries].count("activation.issue") == 4
    assert not [item for item in issued if item.code in str(entries) or item.code in repr(item)]


# --- handing over ------------------------------------------------------------------------------
def test_handing_over_ends_every_session_and_key_of_the_old_account(world: SimpleNamespace, client_of: Any) -> None:
    desk, phone = client_of(world.principal), client_of(world.principal)
    token = Token.objects.create(user=world.principal)
    assert desk.get("/tai-khoan/").status_code == 200
    hand_over(unit=world.th_a, by=world.admin, reason="QĐ 12", now=NOW)
    assert [client.get("/tai-khoan/").status_code for client in (desk, phone)] == [302, 302]
    assert Client(headers={"authorization": f"Token {token.key}"}).get("/api/v1/").status_code == 401
    assert not Client().login(username="hieutruong", password=make.PASSWORD)


def test_sessions_stay_ended_if_the_old_account_is_opened_again(world: SimpleNamespace, client_of: Any) -> None:
    old = client_of(world.principal)
    hand_over(unit=world.th_a, by=world.admin, reason="QĐ 12", now=NOW)
    User.objects.filter(pk=world.principal.pk).update(is_active=True)
    assert old.get("/tai-khoan/").status_code == 302


def test_who_comes_next_has_the_units_name_and_nothing_of_the_old_account(world: SimpleNamespace) -> None:
    (first,) = create_accounts(units=[world.thpt_a], by=world.admin, now=NOW)
    old = opens(first.username, first.code)
    User.objects.filter(pk=old.pk).update(email="truong@truong.example", full_name="Người Cũ")
    second = hand_over(unit=world.thpt_a, by=world.admin, reason="QĐ 12", now=NOW, full_name="Người Mới")
    new = opens(second.username, second.code)
    old.refresh_from_db()
    assert second.username == first.username == world.thpt_a.code.lower()
    assert (new.full_name, new.email, new.pk == old.pk) == ("Người Mới", "", False)
    assert (old.full_name, old.is_active, old.email) == ("Người Cũ", False, "")
    assert old.username == f"{first.username}-truoc-1"
    with pytest.raises(CodeRefusedError):
        opens(old.username, first.code)


def test_handing_over_ends_one_membership_begins_another_and_is_recorded(world: SimpleNamespace) -> None:
    hand_over(unit=world.th_a, by=world.commune_officer, reason="QĐ 12/2026", now=NOW)
    assert world.principal.memberships.get().ended_at == NOW
    assert world.th_a.memberships.filter(role=Role.PRINCIPAL, ended_at=None).count() == 1
    # The other people of the school stay.
    assert world.staff_member.memberships.get().ended_at is None
    entry = AuditEntry.objects.get(action="account.hand_over")
    assert (entry.actor, entry.reason, entry.before["username"]) == (world.commune_officer, "QĐ 12/2026", "hieutruong")


def test_twice_handed_over_the_names_of_before_are_numbered(world: SimpleNamespace) -> None:
    create_accounts(units=[world.thpt_a], by=world.admin, now=NOW)
    for _ in range(2):
        last = hand_over(unit=world.thpt_a, by=world.admin, reason="QĐ", now=NOW)
    assert last.username == world.thpt_a.code.lower()
    assert User.objects.filter(username__contains="-truoc-").count() == 2


def test_there_must_be_somebody_to_take_over_from_and_not_oneself(world: SimpleNamespace) -> None:
    with pytest.raises(ValidationError, match="chưa có tài khoản"):
        hand_over(unit=world.thpt_a, by=world.admin, reason="QĐ", now=NOW)
    with pytest.raises(ValidationError, match="tự bàn giao"):
        hand_over(unit=world.commune_a, by=world.commune_officer, reason="QĐ", now=NOW)


def test_a_clock_that_is_behind_does_not_stop_a_handing_over(world: SimpleNamespace) -> None:
    later = make.local(2026, 11, 21, 8, 35)
    Membership.objects.filter(user=world.principal).update(started_at=later)
    hand_over(unit=world.th_a, by=world.admin, reason="QĐ 12", now=NOW)
    assert world.principal.memberships.get().ended_at == later
