from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import AuditEntry, User


@pytest.fixture
def entry(world: SimpleNamespace) -> AuditEntry:
    with transaction.atomic():
        return audit.record(actor=world.admin, action="round.open", target=world.round, reason="đúng hạn")


def test_the_record_is_only_appended_to(entry: AuditEntry) -> None:
    entry.reason = "khác"
    with pytest.raises(ValidationError):
        entry.save()
    with pytest.raises(ValidationError):
        entry.delete()
    with pytest.raises(ValidationError):
        AuditEntry.objects.update(reason="khác")
    with pytest.raises(ValidationError):
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().reason == "đúng hạn"


def test_the_record_can_be_searched_and_read_but_not_changed(
    world: SimpleNamespace, client_of: Any, entry: AuditEntry
) -> None:
    client = client_of(world.admin)
    assert "round.open" in client.get("/admin/accounts/auditentry/?q=Tổng kết").content.decode()
    page = f"/admin/accounts/auditentry/{entry.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "khác"}).status_code == 403
    assert client.get("/admin/accounts/auditentry/add/").status_code == 403
    assert client.post(f"/admin/accounts/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "language": user.language,
        "is_active": "on",
        **changes,
    }


def test_an_administrators_change_of_an_account_is_recorded(world: SimpleNamespace, client_of: Any) -> None:
    user = world.principal
    response = client_of(world.admin).post(
        f"/admin/accounts/user/{user.pk}/change/", form_of(user, full_name="Ban giám hiệu", is_active="")
    )
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.full_name, user.is_active) == ("Ban giám hiệu", False)
    entry = AuditEntry.objects.get(action="user.change")
    assert (entry.actor, entry.target_id) == (world.admin, str(user.pk))
    assert entry.before == {"full_name": "", "is_active": True}
    assert entry.after == {"full_name": "Ban giám hiệu", "is_active": False}


def test_a_new_account_and_its_password_are_recorded_without_the_password(
    world: SimpleNamespace, client_of: Any
) -> None:
    client = client_of(world.admin)
    password = "mot-cau-dai-moi-2026"
    client.post(
        "/admin/accounts/user/add/",
        {
            "username": "37-00999",
            "full_name": "",
            "email": "Truong.Moi@demo.example",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )
    user = User.objects.get(username="37-00999")
    assert user.email == "truong.moi@demo.example"
    another = "mot-cau-khac-2026"
    client.post(
        f"/admin/accounts/user/{user.pk}/password/",
        {"password1": another, "password2": another, "usable_password": "true"},
    )
    user.refresh_from_db()
    assert user.check_password(another)
    entries = AuditEntry.objects.filter(target_type="accounts.user").order_by("id")
    assert [entry.action for entry in entries] == ["user.create", "user.password"]
    assert password not in str([entry.after for entry in entries])


def test_an_account_is_never_deleted(world: SimpleNamespace, client_of: Any) -> None:
    user = world.principal
    assert client_of(world.admin).post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize(
    "path", ["authtoken/tokenproxy/", "mfa/authenticator/", "auth/group/", "account/emailaddress/"]
)
def test_secrets_have_no_list(path: str, world: SimpleNamespace, client_of: Any) -> None:
    assert client_of(world.admin).get(f"/admin/{path}").status_code == 404


def test_the_lists_show_no_password(world: SimpleNamespace, client_of: Any) -> None:
    page = client_of(world.admin).get("/admin/accounts/user/").content.decode()
    assert "Tài khoản" in page
    assert world.principal.password not in page
    assert "md5$" not in page
