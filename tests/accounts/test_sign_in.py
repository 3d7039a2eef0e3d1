from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from tests import factories as make

SIGN_IN = "/tai-khoan/dang-nhap/"
pytestmark = pytest.mark.django_db


def sign_in(login: str, password: str = make.PASSWORD, **more: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(SIGN_IN, {"login": login, "password": password, **more})


def test_a_school_signs_in_by_its_code() -> None:
    user = make.make_user("35-CS-0231")
    client, response = sign_in("35-cs-0231 ")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_person_signs_in_by_mail_address() -> None:
    user = make.make_user("hieutruong", email="truong.a@demo.example")
    client, response = sign_in("Truong.A@Demo.example")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_is_answered_in_vietnamese_and_lets_nobody_in() -> None:
    make.make_user("hieutruong")
    client, response = sign_in("hieutruong", "khong-phai-mat-khau")
    assert response.status_code == 200
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_name_is_answered_like_a_wrong_password() -> None:
    make.make_user("hieutruong")
    known = sign_in("hieutruong", "sai-mat-khau-1")[1].context["form"].errors
    unknown = sign_in("khong-co-ai", "sai-mat-khau-1")[1].context["form"].errors
    assert known == unknown


def test_a_locked_account_stays_out() -> None:
    make.make_user("hieutruong", is_active=False)
    client, _ = sign_in("hieutruong")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("ticked", "days"), [({"remember": "on"}, 14), ({}, None)])
def test_the_browser_remembers_for_14_days_only_when_asked(ticked: dict[str, str], days: int | None) -> None:
    make.make_user("hieutruong")
    _, response = sign_in("hieutruong", **ticked)
    age = response.cookies["sessionid"]["max-age"]
    assert age == (days * 24 * 3600 if days else "")


def test_after_signing_in_the_reader_is_where_they_wanted_to_be() -> None:
    make.make_user("hieutruong")
    _, response = sign_in("hieutruong", next="/tai-khoan/")
    assert response["Location"] == "/tai-khoan/"


def test_nobody_can_sign_up() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert Client().get("/tai-khoan/dang-ky/").status_code in {302, 404}
    assert not User.objects.exists()


def test_five_wrong_passwords_close_the_door_for_a_while(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "240/m/ip", "login_failed": "60/m/ip,5/5m/key"}
    make.make_user("hieutruong")
    for _ in range(5):
        sign_in("hieutruong", "sai-mat-khau-1")
    client, response = sign_in("hieutruong")
    assert "Đã thử sai nhiều lần." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_post(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    client.get("/tai-khoan/dang-xuat/")
    assert "_auth_user_id" in client.session
    client.post("/tai-khoan/dang-xuat/")
    assert "_auth_user_id" not in client.session


def test_demo_accounts_are_listed_only_locally_and_only_those_that_exist(settings: Any) -> None:
    make.make_user("xa")
    page = Client().get(SIGN_IN).content.decode()
    assert DEMO_PASSWORD in page
    assert "<code>xa</code>" in page
    assert "<code>quantri</code>" not in page
    settings.PORTAL_ENV = "production"
    assert DEMO_PASSWORD not in Client().get(SIGN_IN).content.decode()


def test_a_forgotten_password_is_set_anew_through_the_mailed_address() -> None:
    user = make.make_user("hieutruong")
    client = Client()
    client.post("/tai-khoan/quen-mat-khau/", {"email": user.email})
    [letter] = mail.outbox
    assert letter.to == [user.email]
    assert letter.subject == "Đặt lại mật khẩu của bạn"
    address = re.search(r"http://testserver(\S+)", letter.body)
    assert address is not None
    page = client.get(address.group(1), follow=True)
    client.post(page.context["action_url"], {"password1": "mot-cau-dai-moi-2026", "password2": "mot-cau-dai-moi-2026"})
    user.refresh_from_db()
    assert user.check_password("mot-cau-dai-moi-2026")


def test_a_forgotten_password_of_an_unknown_address_sends_nothing_and_tells_nothing() -> None:
    response = Client().post("/tai-khoan/quen-mat-khau/", {"email": "khong-co@demo.example"})
    assert response["Location"] == "/tai-khoan/quen-mat-khau/da-gui/"
    assert mail.outbox == []


def test_a_weak_password_is_refused_in_vietnamese(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    answer = client.post(
        "/tai-khoan/doi-mat-khau/", {"oldpassword": make.PASSWORD, "password1": "ngan", "password2": "ngan"}
    )
    assert "Mật khẩu phải có ít nhất 10 ký tự." in answer.content.decode()
    world.principal.refresh_from_db()
    assert world.principal.check_password(make.PASSWORD)


def test_two_new_passwords_that_differ_are_refused_in_vietnamese(world: SimpleNamespace, client_of: Any) -> None:
    answer = client_of(world.principal).post(
        "/tai-khoan/doi-mat-khau/",
        {"oldpassword": make.PASSWORD, "password1": "mot-cau-dai-moi-2026", "password2": "mot-cau-dai-khac-2026"},
    )
    assert "Hai lần nhập chưa giống nhau." in answer.content.decode()
    assert "type the same password" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "dang-nhap/",
        "quen-mat-khau/",
        "quen-mat-khau/da-gui/",
        "quen-mat-khau/1-sai/",
        "mat-khau-moi/xong/",
        "khong-hoat-dong/",
    ],
)
def test_no_page_before_signing_in_has_english_or_anything_inline(path: str) -> None:
    page = Client().get(f"/tai-khoan/{path}").content.decode()
    assert '<html lang="vi">' in page
    assert not re.search(r"\bstyle=|<style|\bon\w+=|<script>|javascript:", page)
    assert not re.search(r"\b(Password|Sign In|Your|email address)\b", page)
