from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from freezegun import freeze_time

from accounts import activation
from accounts.activation import CodeRefusedError
from accounts.models import ActivationCode, AuditEntry, User
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.local(2026, 11, 21, 8, 30)
BEGIN = "/tai-khoan/kich-hoat/"
FINISH = "/tai-khoan/kich-hoat/mat-khau/"
OWN = "dong-song-xanh-7"


@pytest.fixture(autouse=True)
def in_november(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def user() -> User:
    return User.objects.create(username="37-00001", password="!")


def issue(user: User, **more: Any) -> str:
    return activation.issue_codes(users=[user], by=None, now=more.get("now", NOW))[0].code


def begin(client: Client, username: str, code: str, **more: Any) -> Any:
    return client.post(BEGIN, {"username": username, "code": code}, **more)


def refusal(response: Any) -> str:
    assert response.status_code in (200, 429)
    return str(response.context["form"].non_field_errors()[0])


# --- the code ----------------------------------------------------------------------------------
def test_a_code_is_three_groups_of_letters_that_a_vietnamese_keyboard_leaves_alone(user: User) -> None:
    assert re.fullmatch(r"([2-9CFGHJKLMNPQRTVX]{4}-){2}[2-9CFGHJKLMNPQRTVX]{4}", issue(user))


def test_only_a_hash_with_the_servers_key_is_kept(user: User, settings: Any) -> None:
    code = issue(user)
    kept = ActivationCode.objects.get()
    assert code not in str(vars(kept)) and activation.normal(code) not in str(vars(kept))
    settings.SECRET_KEY = "another"
    assert activation.hash_of(code) != kept.code_hash


def test_the_record_and_the_repr_do_not_hold_the_code(user: User) -> None:
    issued = activation.issue_codes(users=[user], by=None, now=NOW)[0]
    assert issued.code not in repr(issued)
    assert issued.code not in str(list(AuditEntry.objects.values()))


def test_a_code_opens_its_own_account_only(user: User) -> None:
    code = issue(user)
    other = User.objects.create(username="37-00002")
    assert activation.find_code(username="37-00001", code=code.lower().replace("-", " "), now=NOW).user == user
    for username, typed in ((other.username, code), (user.username, code[:-1] + "Z"), (user.username, "")):
        with pytest.raises(CodeRefusedError, match="unknown"):
            activation.find_code(username=username, code=typed, now=NOW)


def test_a_code_lives_seventy_two_hours(user: User) -> None:
    code = issue(user)
    last = NOW + timedelta(hours=72) - timedelta(seconds=1)
    activation.find_code(username=user.username, code=code, now=last)
    with pytest.raises(CodeRefusedError, match="expired"):
        activation.find_code(username=user.username, code=code, now=NOW + timedelta(hours=72))


def test_a_code_that_expires_while_one_chooses_a_password_sets_none(user: User) -> None:
    found = activation.find_code(username=user.username, code=issue(user), now=NOW)
    with pytest.raises(CodeRefusedError, match="expired"):
        activation.activate(code=found, password=OWN, now=NOW + timedelta(hours=73))
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_a_new_code_revokes_the_open_one(user: User) -> None:
    first, second = issue(user), issue(user)
    with pytest.raises(CodeRefusedError, match="revoked"):
        activation.find_code(username=user.username, code=first, now=NOW)
    assert activation.find_code(username=user.username, code=second, now=NOW)


def test_of_two_windows_with_one_code_the_second_gets_nothing(user: User) -> None:
    code = issue(user)
    first, second = (activation.find_code(username=user.username, code=code, now=NOW) for _ in range(2))
    activation.activate(code=first, password=OWN, now=NOW)
    with pytest.raises(CodeRefusedError, match="used"):
        activation.activate(code=second, password="mot-mat-khau-khac", now=NOW)
    user.refresh_from_db()
    assert user.check_password(OWN)


# --- the pages ---------------------------------------------------------------------------------
def test_a_slip_leads_to_a_password_and_in(user: User) -> None:
    client, code = Client(), issue(user)
    assert begin(client, " 37-00001 ", code.lower())["Location"] == FINISH
    assert "no-store" in client.get(FINISH)["Cache-Control"]
    answer = client.post(FINISH, {"password1": OWN, "password2": OWN, "email": ""})
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.login(username="37-00001", password=OWN)
    assert "đã được dùng" in refusal(begin(Client(), user.username, code))


def test_no_password_page_without_a_slip() -> None:
    assert Client().get(FINISH)["Location"] == BEGIN
    assert Client().post(FINISH, {"password1": OWN, "password2": OWN})["Location"] == BEGIN


def test_a_window_left_open_for_half_an_hour_is_of_no_use(user: User, in_november: Any) -> None:
    client = Client()
    begin(client, user.username, issue(user))
    in_november.tick(timedelta(minutes=31))
    assert client.get(FINISH)["Location"] == BEGIN


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [("ngan", "ngan", "password1"), ("37-00001-x", "37-00001-x", "password1"), (OWN, "khac-hoan-toan", "password2")],
)
def test_a_weak_or_mistyped_password_is_said_in_vietnamese(user: User, first: str, second: str, field: str) -> None:
    client = Client()
    begin(client, user.username, issue(user))
    page = client.post(FINISH, {"password1": first, "password2": second})
    assert page.status_code == 200
    assert re.search("[ậựấảố]", " ".join(page.context["form"].errors[field]))
    assert ActivationCode.objects.get().used_at is None


def test_what_is_wrong_with_a_code_is_said_and_names_are_not_given_away(user: User, in_november: Any) -> None:
    old, new = issue(user), issue(user)
    wrong_code = refusal(begin(Client(), user.username, "CCCC-CCCC-CCCC"))
    wrong_name = refusal(begin(Client(), "khong-co-ai", new))
    assert wrong_code == wrong_name
    assert refusal(begin(Client(), "khong-co-ai", old)) == wrong_code
    assert "thay bằng mã mới" in refusal(begin(Client(), user.username, old))
    in_november.tick(timedelta(hours=73))
    assert "quá hạn" in refusal(begin(Client(), user.username, new))


def test_after_ten_failures_an_address_waits_ten_minutes(user: User, in_november: Any) -> None:
    code = issue(user)
    for letter in "CFGHJKLMNP":
        assert begin(Client(), user.username, letter * 12).status_code == 200
    assert begin(Client(), user.username, code).status_code == 429
    assert begin(Client(), user.username, code, REMOTE_ADDR="10.0.0.9").status_code == 302
    in_november.tick(timedelta(minutes=10, seconds=1))
    assert begin(Client(), user.username, code).status_code == 302


def test_ten_failures_from_many_addresses_close_the_beginning_of_a_code(user: User) -> None:
    code = issue(user)
    for number in range(10):
        begin(Client(), user.username, code[:5] + "CCCC-CCC" + "CFGHJKLMNP"[number], REMOTE_ADDR=f"10.0.0.{number}")
    assert begin(Client(), user.username, code, REMOTE_ADDR="10.0.0.99").status_code == 429


def test_a_room_that_types_its_slips_rightly_is_not_slowed_down() -> None:
    for number in range(15):
        user = User.objects.create(username=f"truong-{number}", password="!")
        assert begin(Client(), user.username, issue(user)).status_code == 302


def test_a_second_factor_is_not_passed_by_with_a_slip(world: SimpleNamespace) -> None:
    TOTP.activate(world.principal, generate_totp_secret())
    client = Client()
    begin(client, world.principal.username, issue(world.principal))
    answer = client.post(FINISH, {"password1": OWN, "password2": OWN})
    assert "hai-lop" in answer["Location"]
    assert "_auth_user_id" not in client.session


def test_setting_a_password_ends_the_sessions_of_the_account(world: SimpleNamespace, client_of: Any) -> None:
    old = client_of(world.principal)
    found = activation.find_code(username=world.principal.username, code=issue(world.principal), now=NOW)
    activation.activate(code=found, password=OWN, now=NOW)
    assert old.get("/tai-khoan/").status_code == 302


# --- the address -------------------------------------------------------------------------------
def finish_with(user: User, email: str) -> str:
    """The link of the letter."""
    client = Client()
    begin(client, user.username, issue(user))
    client.post(FINISH, {"password1": OWN, "password2": OWN, "email": email})
    found = re.search(r"http://[^/]+(/tai-khoan/xac-nhan-thu/\S+)", str(mail.outbox[-1].body))
    assert found and mail.outbox[-1].to == [email]
    return found[1]


def test_an_address_is_kept_only_once_its_link_was_opened_and_pressed(user: User) -> None:
    link = finish_with(user, "c0@truong.example")
    assert Client().get(link).status_code == 200
    user.refresh_from_db()
    assert (user.email, user.email_confirmed_at) == ("", None)
    assert "Đã xác nhận" in Client().post(link).content.decode()
    user.refresh_from_db()
    assert (user.email, user.email_confirmed_at) == ("c0@truong.example", NOW)


def test_a_link_of_three_days_ago_or_with_a_changed_letter_confirms_nothing(user: User, in_november: Any) -> None:
    link = finish_with(user, "c0@truong.example")
    assert "không còn dùng được" in Client().post(link[:-2] + "x/").content.decode()
    in_november.tick(timedelta(hours=72, seconds=2))
    assert "không còn dùng được" in Client().post(link).content.decode()
    user.refresh_from_db()
    assert user.email == ""


def test_an_older_letter_does_not_write_over_a_newer_address(user: User) -> None:
    link = finish_with(user, "cu@truong.example")
    User.objects.filter(pk=user.pk).update(email="moi@truong.example")
    Client().post(link)
    user.refresh_from_db()
    assert user.email == "moi@truong.example"


def test_the_address_of_another_account_is_refused_in_words(user: User) -> None:
    User.objects.create(username="nguoi-khac", email="C0@truong.example")
    assert "thuộc về tài khoản khác" in Client().post(finish_with(user, "c0@truong.example")).content.decode()


def test_a_mail_server_that_is_down_does_not_keep_anybody_out(user: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    client = Client()
    begin(client, user.username, issue(user))
    client.post(FINISH, {"password1": OWN, "password2": OWN, "email": "c0@truong.example"})
    assert client.session["_auth_user_id"] == str(user.pk)
