from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from reports.models import Reminder, ReminderState
from reports.reminders import planning, sending
from reports.reminders.services import send_reminders
from tests import factories as make

NOW = make.local(2026, 12, 7, 8, 1)
PRINCIPAL = "hieutruong@demo.example"


@pytest.fixture
def refusing(settings: Any) -> dict[str, int]:
    settings.EMAIL_BACKEND = "tests.reports.reminders.backends.RefusingBackend"
    settings.REFUSALS = {}
    return settings.REFUSALS


def line() -> Reminder:
    return Reminder.objects.get(recipient=PRINCIPAL)


def test_a_refused_address_fails_for_good_and_holds_up_nobody(
    open_world: SimpleNamespace, refusing: dict[str, int]
) -> None:
    refusing[PRINCIPAL] = 550
    counts = send_reminders(now=NOW)
    assert (counts.sent, counts.failed) == (3, 1)
    assert line().state == ReminderState.FAILED
    assert "550" in line().why
    assert send_reminders(now=NOW + timedelta(hours=5)).sent == 0


def test_a_temporary_refusal_is_tried_again_after_growing_pauses(
    open_world: SimpleNamespace, refusing: dict[str, int]
) -> None:
    refusing[PRINCIPAL] = 450
    send_reminders(now=NOW)
    assert line().state == ReminderState.DUE
    assert send_reminders(now=NOW + timedelta(seconds=30)).sent == 0
    second = NOW + timedelta(minutes=2)
    send_reminders(now=second)
    again_at = line().next_attempt_at
    assert again_at is not None and timedelta(minutes=5) <= again_at - second < timedelta(minutes=6)
    refusing.clear()
    assert send_reminders(now=second + timedelta(minutes=10)).sent == 1
    assert line().state == ReminderState.SENT


def test_after_five_tries_it_is_set_aside(open_world: SimpleNamespace, refusing: dict[str, int]) -> None:
    refusing[PRINCIPAL] = 421
    for attempt in range(5):
        send_reminders(now=NOW + timedelta(hours=3 * attempt))
    assert (line().state, line().attempts) == (ReminderState.FAILED, 5)


def test_when_the_server_is_down_nothing_is_lost_and_nothing_counts_as_tried(
    open_world: SimpleNamespace, settings: Any
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.reports.reminders.backends.DownBackend"
    assert send_reminders(now=NOW).sent == 0
    assert set(Reminder.objects.values_list("state", "attempts")) == {(ReminderState.DUE, 0)}
    settings.EMAIL_BACKEND = working
    assert send_reminders(now=NOW + timedelta(minutes=1)).sent == 4


def test_a_line_that_another_sender_holds_is_left_alone(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=NOW)
    held = Reminder.objects.filter(recipient=PRINCIPAL)
    held.update(state=ReminderState.SENDING, leased_until=NOW + timedelta(minutes=2))
    assert sending.send_due(now=NOW).sent == 3
    assert line().state == ReminderState.SENDING


def test_a_line_whose_sender_died_is_taken_over_with_the_same_message_id(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=NOW)
    Reminder.objects.filter(recipient=PRINCIPAL).update(state=ReminderState.SENDING, leased_until=NOW, attempts=1)
    message_id = line().message_id
    assert sending.send_due(now=NOW + timedelta(seconds=1)).sent == 4
    [message] = [m for m in mail.outbox if m.to == [PRINCIPAL]]
    assert message.message()["Message-ID"] == message_id
    assert (line().state, line().attempts) == (ReminderState.SENT, 2)


def test_message_ids_differ_by_line_and_repeat_for_the_same_line(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=NOW)
    before = dict(Reminder.objects.values_list("recipient", "message_id"))
    assert len(set(before.values())) == 4
    Reminder.objects.all().delete()
    planning.plan_reminders(now=NOW)
    assert dict(Reminder.objects.values_list("recipient", "message_id")) == before


def test_the_message_says_what_to_do_by_when_and_where(open_world: SimpleNamespace, settings: Any) -> None:
    settings.PUBLIC_URL = "https://bao-cao.so.example"
    send_reminders(now=NOW)
    [message] = [m for m in mail.outbox if m.to == [PRINCIPAL]]
    assert message.subject == "Nộp báo cáo Tổng kết 2026 trước ngày 15/12/2026"
    assert f"https://bao-cao.so.example/bao-cao/{open_world.report.pk}/" in message.body
    assert "Ngày cuối cùng còn đúng hạn là 14/12/2026. Còn 7 ngày." in message.body
    assert "&amp;" not in "".join(m.body for m in mail.outbox)
    assert message.message()["Auto-Submitted"] == "auto-generated"


def test_what_a_line_costs_does_not_grow_with_the_number_of_lines(
    open_world: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    """Three queries to look what is there; then three for each message: claim, read, settle."""
    planning.plan_reminders(now=NOW)
    with django_assert_num_queries(3 + 4 * 3):
        sending.send_due(now=NOW)
