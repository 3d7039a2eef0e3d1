from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from reports.completion.services import compute_completion
from reports.models import Round
from tests import factories as make

ClientOf = Callable[[User], Client]
SHOWN = [model for model in apps.get_app_config("reports").get_models() if admin.site.is_registered(model)]


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_nothing_of_reports_is_added_or_deleted_here(
    open_world: SimpleNamespace, client_of: ClientOf, model: Any
) -> None:
    client, name = client_of(open_world.admin), f"admin:reports_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    row = model.objects.order_by("pk").first()
    if row is not None:
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    if model is not Round:
        key = row.pk if row is not None else 1
        assert client.post(reverse(f"{name}_change", args=[key]), {}).status_code in (302, 403)


def test_lists_are_searched_by_name_without_diacritics(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    compute_completion(round_id=open_world.round.pk)
    client = client_of(open_world.admin)
    found = client.get(reverse("admin:reports_report_changelist"), {"q": "phat diem"}).content.decode()
    assert "Trường MN Phát Diệm" in found
    assert "Trường TH Gia Viễn" not in found
    assert client.get(reverse("admin:reports_completionrate_changelist"), {"q": "1.2"}).status_code == 200


def change(world: SimpleNamespace, client: Client, **changed: str) -> Any:
    data = {
        "name": world.round.name,
        "directive": "",
        "through": str(world.office.pk),
        "annex_note": "",
        "ask_narrative": "on",
        "deadline_on": "15/12/2026",
        "deadline_rule": "before",
        "deadline_time": "",
        "deadline_words": "trước ngày 15/12/2026",
        **changed,
    }
    for prefix in ("round_indicators", "audiences", "reminder_steps", "extensions"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return client.post(reverse("admin:reports_round_change", args=[world.round.pk]), data)


def test_a_round_s_deadline_is_changed_through_its_service(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.admin)
    assert change(open_world, client, deadline_on="20/12/2026", deadline_rule="by").status_code == 302
    open_world.round.refresh_from_db()
    assert open_world.round.deadline_at == make.local(2026, 12, 21)
    entry = AuditEntry.objects.get(action="round.set_deadline")
    assert entry.actor == open_world.admin
    assert not AuditEntry.objects.filter(action="round.update").exists()


def test_a_deadline_with_an_hour_that_is_not_named_is_refused(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    response = change(open_world, client_of(open_world.admin), deadline_rule="at")
    assert response.status_code == 200
    assert "Nhập giờ" in response.content.decode()


def test_a_name_put_right_is_on_record(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    assert change(open_world, client_of(open_world.admin), name="Tổng kết năm 2026").status_code == 302
    entry = AuditEntry.objects.get(action="round.update")
    assert entry.after == {"name": "Tổng kết năm 2026"}
    assert not AuditEntry.objects.filter(action="round.set_deadline").exists()
