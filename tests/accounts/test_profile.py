from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from accounts.models import AuditEntry

PROFILE = "/tai-khoan/"
CREATE = "/tai-khoan/ma-api/tao/"
REVOKE = "/tai-khoan/ma-api/bo/"


def test_the_page_says_who_one_is_and_where(world: SimpleNamespace, client_of: Any) -> None:
    page = client_of(world.principal).get(PROFILE).content.decode()
    assert "Hiệu trưởng · Trường TH Gia Viễn" in page
    assert world.principal.email in page


def test_a_new_token_is_shown_once_and_opens_the_api(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    page = client.post(CREATE)
    key = Token.objects.get(user=world.principal).key
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert key not in client.get(PROFILE).content.decode()
    answer = Client(headers={"authorization": f"Token {key}"}).get("/api/v1/")
    assert answer.status_code == 200


def test_a_second_token_ends_the_first(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    client.post(CREATE)
    first = Token.objects.get(user=world.principal).key
    client.post(CREATE)
    assert Token.objects.get(user=world.principal).key != first
    assert Client(headers={"authorization": f"Token {first}"}).get("/api/v1/").status_code == 401


def test_a_revoked_token_is_gone(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    client.post(CREATE)
    client.post(REVOKE)
    assert not Token.objects.filter(user=world.principal).exists()


def test_tokens_are_recorded_without_their_key(world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(world.principal)
    client.post(CREATE)
    client.post(CREATE)
    client.post(REVOKE)
    entries = AuditEntry.objects.filter(actor=world.principal).order_by("id")
    assert [entry.action for entry in entries] == ["token.create", "token.replace", "token.revoke"]
    assert {(entry.before, entry.after) for entry in entries} == {(None, None)}


@pytest.mark.parametrize("path", [CREATE, REVOKE])
def test_a_token_is_not_made_or_ended_by_looking(path: str, world: SimpleNamespace, client_of: Any) -> None:
    assert client_of(world.principal).get(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PROFILE, "/tai-khoan/thu/", "/tai-khoan/hai-lop/", "/tai-khoan/doi-mat-khau/"])
def test_a_stranger_is_asked_to_sign_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/tai-khoan/dang-nhap/?next=")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("admin", ["Tổng quan", "Báo cáo", "Đợt báo cáo", "Đơn vị", "Văn bản", "Chỉ tiêu", "Nhập dữ liệu"]),
        ("officer", ["Tổng quan", "Báo cáo", "Đợt báo cáo", "Đơn vị", "Văn bản", "Chỉ tiêu"]),
        ("commune_officer", ["Trường trong xã", "Báo cáo", "Đợt báo cáo", "Văn bản", "Chỉ tiêu"]),
        ("principal", ["Việc cần làm", "Báo cáo", "Văn bản", "Chỉ tiêu", "Hồ sơ trường"]),
    ],
)
def test_the_menu_has_what_the_reader_may_do(
    who: str, words: list[str], world: SimpleNamespace, client_of: Any
) -> None:
    page = client_of(getattr(world, who)).get(PROFILE)
    assert [str(item.label) for item in page.context["nav_items"]()] == words
