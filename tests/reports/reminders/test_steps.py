from __future__ import annotations

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.core import mail

from accounts.models import User
from reports.models import Reminder, ReminderState, ReminderStep, Report, ReportState, Submission, Whom
from reports.reminders import planning, sending
from reports.reminders.services import ReminderCounts, send_reminders
from reports.rounds import services as rounds
from schools.models import Membership, Role
from tests import factories as make

# Seven days before the last valid day, 14/12/2026.
STEP_AT = make.local(2026, 12, 7, 8)
JUST_AFTER = STEP_AT + timedelta(minutes=1)


def submit(report: Report, at: datetime = STEP_AT) -> None:
    submission = Submission.objects.create(report=report, number=1, receipt=f"BC-{report.pk}", submitted_at=at)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.SUBMITTED, current_submission=submission, first_submitted_at=at
    )


def add_step(world: SimpleNamespace, days: int, whom: str = Whom.UNIT) -> ReminderStep:
    step = ReminderStep.objects.create(round=world.round, days=days, at_time=time(8), whom=whom)
    rounds.plan_reminder_steps(round=world.round)
    step.refresh_from_db()
    return step


def recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def states(**of: Any) -> list[str]:
    return sorted(Reminder.objects.filter(**of).values_list("state", flat=True))


def test_each_missing_school_gets_one_message(open_world: SimpleNamespace) -> None:
    counts = send_reminders(now=JUST_AFTER)
    assert counts == ReminderCounts(planned=4, sent=4, failed=0, dropped=0)
    people = ["hieutruong2@demo.example", "hieutruong@demo.example"]
    own = [open_world.thths_a.email, open_world.thpt_a.email]
    assert recipients() == sorted(people + own)


def test_running_twice_sends_nothing_more(open_world: SimpleNamespace) -> None:
    send_reminders(now=JUST_AFTER)
    again = send_reminders(now=JUST_AFTER + timedelta(minutes=1))
    assert again == ReminderCounts(0, 0, 0, 0)
    assert len(mail.outbox) == 4


def test_nothing_is_sent_before_the_step_is_due(open_world: SimpleNamespace) -> None:
    assert send_reminders(now=STEP_AT - timedelta(minutes=1)).planned == 0


def test_who_has_submitted_is_not_reminded(open_world: SimpleNamespace) -> None:
    submit(open_world.report)
    send_reminders(now=JUST_AFTER)
    assert "hieutruong@demo.example" not in recipients()
    assert len(mail.outbox) == 3


def test_a_returned_report_is_reminded_to_be_handed_in_again(open_world: SimpleNamespace) -> None:
    submit(open_world.report)
    Report.objects.filter(pk=open_world.report.pk).update(state=ReportState.RETURNED)
    send_reminders(now=JUST_AFTER)
    [subject] = [m.subject for m in mail.outbox if m.to == ["hieutruong@demo.example"]]
    assert subject == "Sửa và nộp lại báo cáo Tổng kết 2026 trước ngày 15/12/2026"


def test_a_unit_taken_off_the_list_is_not_reminded(open_world: SimpleNamespace) -> None:
    rounds.exclude_report(report=open_world.report, by=open_world.admin, reason="Tạm dừng hoạt động")
    send_reminders(now=JUST_AFTER)
    assert "hieutruong@demo.example" not in recipients()


def test_a_report_that_comes_in_between_planning_and_sending_is_dropped(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=JUST_AFTER)
    submit(open_world.report)
    counts = sending.send_due(now=JUST_AFTER)
    assert (counts.sent, counts.dropped) == (3, 1)
    assert "hieutruong@demo.example" not in recipients()
    line = Reminder.objects.get(unit=open_world.th_a)
    assert line.state == ReminderState.DROPPED
    assert "đã nộp" in line.why


def test_a_report_that_comes_in_during_a_long_batch_is_dropped(open_world: SimpleNamespace, settings: Any) -> None:
    """The sender looks again at each line, not once for the batch: the first mail makes the last one needless."""
    planning.plan_reminders(now=JUST_AFTER)
    last = Reminder.objects.order_by("pk").last()
    assert last is not None and last.report is not None
    settings.EMAIL_BACKEND = "tests.reports.reminders.backends.SubmittingBackend"
    settings.SUBMIT_WHEN_SENDING = last.report_id
    counts = sending.send_due(now=JUST_AFTER)
    assert (counts.sent, counts.dropped) == (3, 1)
    assert last.recipient not in recipients()


def test_a_stale_step_is_not_made_up_for(open_world: SimpleNamespace) -> None:
    counts = send_reminders(now=STEP_AT + timedelta(hours=36))
    assert counts == ReminderCounts(0, 0, 0, 0)
    assert send_reminders(now=STEP_AT + timedelta(hours=35, minutes=59)).sent == 4


def test_lines_that_waited_through_an_outage_are_dropped(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=JUST_AFTER)
    counts = send_reminders(now=STEP_AT + timedelta(hours=37))
    assert (counts.sent, counts.dropped) == (0, 4)
    assert mail.outbox == []


def test_only_the_newest_of_two_due_steps_is_sent(open_world: SimpleNamespace) -> None:
    add_step(open_world, -6)
    planning.plan_reminders(now=JUST_AFTER)
    counts = send_reminders(now=STEP_AT + timedelta(hours=25))
    assert (counts.planned, counts.sent) == (4, 4)
    assert states(step__days=-7) == ["dropped"] * 4
    assert states(step__days=-6) == ["sent"] * 4


def test_after_the_deadline_only_those_past_their_own_deadline(open_world: SimpleNamespace) -> None:
    add_step(open_world, 1)
    now = make.local(2026, 12, 15, 8, 1)
    rounds.extend_deadline(
        round=open_world.round, unit=open_world.th_a, until_at=make.local(2026, 12, 20), reason="Bão", by=None
    )
    submit(open_world.reports[open_world.mn_b.pk])
    send_reminders(now=now)
    assert recipients() == sorted([open_world.thths_a.email, open_world.thpt_a.email])
    assert {m.subject for m in mail.outbox} == {"Nộp ngay báo cáo Tổng kết 2026, đã quá hạn 1 ngày"}


def test_a_closed_round_reminds_nobody(open_world: SimpleNamespace) -> None:
    planning.plan_reminders(now=JUST_AFTER)
    rounds.close_round(round=open_world.round, by=open_world.admin)
    counts = send_reminders(now=JUST_AFTER)
    assert (counts.planned, counts.sent, counts.dropped) == (0, 0, 4)


def test_a_commune_gets_one_digest_about_the_schools_that_it_manages(open_world: SimpleNamespace) -> None:
    ReminderStep.objects.filter(round=open_world.round).delete()
    add_step(open_world, -7, Whom.COMMUNE)
    send_reminders(now=JUST_AFTER)
    assert recipients() == ["xa2@demo.example", "xa@demo.example"]
    [message] = [m for m in mail.outbox if m.to == ["xa@demo.example"]]
    assert message.subject == "Đôn đốc 2 đơn vị nộp báo cáo Tổng kết 2026 trước ngày 15/12/2026"
    assert "Trường TH Gia Viễn" in message.body
    assert "Trường TH&THCS Gia Lâm" in message.body
    assert "THPT" not in message.body
    assert send_reminders(now=JUST_AFTER).sent == 0


def test_a_digest_is_dropped_when_all_have_submitted_meanwhile(open_world: SimpleNamespace) -> None:
    ReminderStep.objects.filter(round=open_world.round).delete()
    add_step(open_world, -7, Whom.COMMUNE)
    planning.plan_reminders(now=JUST_AFTER)
    submit(open_world.reports[open_world.mn_b.pk])
    assert sending.send_due(now=JUST_AFTER).dropped == 1
    assert recipients() == ["xa@demo.example"]


def test_the_lead_office_and_the_department_get_one_digest_each(open_world: SimpleNamespace) -> None:
    ReminderStep.objects.filter(round=open_world.round).delete()
    add_step(open_world, -7, Whom.LEAD)
    add_step(open_world, -7, Whom.DEPARTMENT)
    send_reminders(now=JUST_AFTER)
    assert recipients() == ["chuyenvien@demo.example", "quantri@demo.example"]
    assert all(message.subject.startswith("Đôn đốc 4 đơn vị") for message in mail.outbox)


def test_without_any_address_the_line_says_so(open_world: SimpleNamespace) -> None:
    open_world.thths_a.email = ""
    open_world.thths_a.save(update_fields=["email"])
    counts = send_reminders(now=JUST_AFTER)
    assert counts.sent == 3
    line = Reminder.objects.get(unit=open_world.thths_a)
    assert (line.state, line.why) == (ReminderState.FAILED, "chưa có thư điện tử")


def test_a_principal_who_left_is_not_written_to(open_world: SimpleNamespace) -> None:
    Membership.objects.filter(user=open_world.principal).update(ended_at=STEP_AT)
    User.objects.filter(pk=open_world.principal_b.pk).update(is_active=False)
    send_reminders(now=JUST_AFTER)
    assert open_world.th_a.email in recipients()
    assert open_world.mn_b.email in recipients()


def test_two_principals_get_a_message_each_and_never_one_envelope(open_world: SimpleNamespace) -> None:
    make.make_user("hieutruong3", open_world.th_a, Role.PRINCIPAL)
    send_reminders(now=JUST_AFTER)
    assert {"hieutruong@demo.example", "hieutruong3@demo.example"} <= set(recipients())
    assert all(len(message.to) == 1 and not message.cc and not message.bcc for message in mail.outbox)


def test_planning_twice_at_once_is_held_apart_by_the_database(open_world: SimpleNamespace) -> None:
    """What another planner wrote after this one looked is ignored, line by line."""
    step = planning.due_steps(now=JUST_AFTER)[0]
    rows = list(planning._lines(step, JUST_AFTER))
    planning.plan_reminders(now=JUST_AFTER)
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    assert Reminder.objects.count() == 4
