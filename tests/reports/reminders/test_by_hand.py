from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import AuditEntry, User
from reports.models import Reminder, ReminderState, Report, RoundState
from reports.reminders import services
from reports.reminders.services import HandCounts, RemindError, remind_report, remind_round, send_reminders
from tests import factories as make
from tests.reports.reminders.test_steps import submit

NOW = make.local(2026, 11, 21, 8, 30)
SignIn = Callable[[User], Client]


def test_a_reminder_by_hand_goes_out_with_the_next_turn(open_world: SimpleNamespace) -> None:
    assert remind_report(report=open_world.report, by=open_world.officer, now=NOW) == 1
    assert mail.outbox == []
    assert send_reminders(now=NOW + timedelta(minutes=1)).sent == 1
    assert mail.outbox[0].to == ["hieutruong@demo.example"]
    assert AuditEntry.objects.filter(action="round.remind", actor=open_world.officer).count() == 1


def test_the_same_unit_is_reminded_at_most_once_in_three_days(open_world: SimpleNamespace) -> None:
    remind_report(report=open_world.report, by=open_world.officer, now=NOW)
    with pytest.raises(RemindError, match="đã được nhắc trong ba ngày qua"):
        remind_report(report=open_world.report, by=open_world.admin, now=NOW + timedelta(days=2, hours=23))
    assert remind_report(report=open_world.report, by=open_world.admin, now=NOW + timedelta(days=3)) == 1


def test_who_has_submitted_cannot_be_reminded(open_world: SimpleNamespace) -> None:
    submit(open_world.report)
    with pytest.raises(RemindError, match="đã nộp"):
        remind_report(report=open_world.report, by=open_world.officer, now=NOW)


def test_a_unit_without_an_address_is_named(open_world: SimpleNamespace) -> None:
    open_world.thpt_a.email = ""
    open_world.thpt_a.save(update_fields=["email"])
    with pytest.raises(RemindError, match="chưa có địa chỉ"):
        remind_report(report=open_world.reports[open_world.thpt_a.pk], by=open_world.officer, now=NOW)


def test_a_failed_reminder_does_not_count(open_world: SimpleNamespace) -> None:
    remind_report(report=open_world.report, by=open_world.officer, now=NOW)
    Reminder.objects.update(state=ReminderState.FAILED)
    assert remind_report(report=open_world.report, by=open_world.officer, now=NOW) == 1


def test_all_that_are_missing_are_reminded_and_the_others_counted(open_world: SimpleNamespace) -> None:
    submit(open_world.reports[open_world.mn_b.pk])
    remind_report(report=open_world.report, by=open_world.officer, now=NOW)
    counts = remind_round(round=open_world.round, reports=Report.objects.all(), by=open_world.officer, now=NOW)
    assert counts == HandCounts(queued=2, recent=1, unreachable=0)


def test_two_who_press_at_once_write_one_line(open_world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked before either wrote: the line of the second has the id of the first, and the database refuses."""
    remind_report(report=open_world.report, by=open_world.officer, now=NOW)
    first = Reminder.objects.get()
    same = Reminder(
        round=first.round, report=first.report, unit=first.unit, recipient=first.recipient, due_at=NOW,
        message_id=first.message_id,
    )  # fmt: skip
    with pytest.raises(RemindError, match="vừa được nhắc"), transaction.atomic():
        services._write(open_world.round, [same], HandCounts(1, 0, 0), open_world.admin)
    assert Reminder.objects.count() == 1


def test_only_an_open_round_reminds(open_world: SimpleNamespace) -> None:
    open_world.round.state = RoundState.CLOSED
    with pytest.raises(RemindError, match="đang mở"):
        remind_round(round=open_world.round, reports=Report.objects.all(), by=open_world.admin, now=NOW)


def test_reminders_by_hand_that_were_overtaken_by_an_outage_are_dropped(open_world: SimpleNamespace) -> None:
    remind_report(report=open_world.report, by=open_world.officer, now=NOW)
    assert send_reminders(now=NOW + timedelta(days=2)).dropped == 1
    assert mail.outbox == []


@freeze_time(NOW)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 302),
        ("officer", 302),
        ("commune_officer", 302),
        ("commune_officer_b", 404),
        ("principal", 403),
        ("staff_member", 403),
        ("principal_b", 404),
        ("viewer", 403),
    ],
)
def test_who_may_remind_a_school(open_world: SimpleNamespace, client_of: SignIn, who: str, status: int) -> None:
    url = reverse("reminders:report_remind", args=[open_world.report.pk])
    assert client_of(getattr(open_world, who)).post(url).status_code == status
    assert Reminder.objects.count() == (1 if status == 302 else 0)


@freeze_time(NOW)
def test_a_commune_reminds_only_its_own_schools(open_world: SimpleNamespace, client_of: SignIn) -> None:
    url = reverse("reminders:round_remind", args=[open_world.round.pk])
    client_of(open_world.commune_officer).post(url)
    reminded = set(Reminder.objects.values_list("unit", flat=True))
    assert reminded == {open_world.th_a.pk, open_world.thths_a.pk, open_world.thpt_a.pk}


@freeze_time(NOW)
def test_a_commune_cannot_name_another_commune_s_report(open_world: SimpleNamespace, client_of: SignIn) -> None:
    url = reverse("reminders:round_remind", args=[open_world.round.pk])
    client_of(open_world.commune_officer).post(url, {"bao-cao": open_world.reports[open_world.mn_b.pk].pk})
    assert Reminder.objects.count() == 0


@freeze_time(NOW)
def test_the_list_can_be_narrowed_by_report_commune_and_state(open_world: SimpleNamespace, client_of: SignIn) -> None:
    url = reverse("reminders:round_remind", args=[open_world.round.pk])
    client = client_of(open_world.officer)
    client.post(url, {"bao-cao": open_world.report.pk})
    assert set(Reminder.objects.values_list("unit", flat=True)) == {open_world.th_a.pk}
    client.post(url, {"xa": open_world.commune_b.pk, "trang-thai": "draft"})
    assert Reminder.objects.count() == 1
    client.post(url, {"xa": open_world.commune_b.pk, "trang-thai": "not_started"})
    assert Reminder.objects.filter(unit=open_world.mn_b).count() == 1


@freeze_time(NOW)
def test_the_reader_comes_back_to_the_page_with_a_word(open_world: SimpleNamespace, client_of: SignIn) -> None:
    url = reverse("reminders:report_remind", args=[open_world.report.pk])
    client = client_of(open_world.officer)
    answer = client.post(url, {"next": "/bang-dieu-khien/?dot=1"})
    assert answer["Location"] == "/bang-dieu-khien/?dot=1"
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "Đã xếp thư nhắc Trường TH Gia Viễn; thư đi trong ít phút."
    ]
    assert client.post(url, {"next": "https://elsewhere.example/"})["Location"] == "/"


def test_a_get_reminds_nobody(open_world: SimpleNamespace, client_of: SignIn) -> None:
    url = reverse("reminders:report_remind", args=[open_world.report.pk])
    assert client_of(open_world.admin).get(url).status_code == 405


@freeze_time(NOW)
def test_a_commune_does_not_remind_itself(open_world: SimpleNamespace, client_of: SignIn) -> None:
    own = make.make_report(open_world.round, open_world.commune_a)
    url = reverse("reminders:report_remind", args=[own.pk])
    assert client_of(open_world.commune_officer).post(url).status_code == 403
    assert client_of(open_world.officer).post(url).status_code == 302
    assert Reminder.objects.get().recipient == "xa@demo.example"
