"""Reminding: by the steps of a round, exactly once each, and by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.models import Reminder, ReminderState, Report, Round, RoundState
from reports.querysets import ReportQuerySet
from reports.reminders import planning, sending
from reports.reminders.recipients import NO_MAIL, recipients_of

BETWEEN_HANDS = timedelta(days=3)
BATCH = 500


@dataclass(frozen=True, slots=True)
class ReminderCounts:
    """Of one turn: lines newly written, and lines that were settled, also those of earlier turns."""

    planned: int
    sent: int
    failed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class HandCounts:
    """Units: mail on its way, reminded in the last three days already, without any address."""

    queued: int
    recent: int
    unreachable: int


class RemindError(Exception):
    """Why nobody is reminded, in a sentence for the user."""


def send_reminders(*, now: datetime) -> ReminderCounts:
    """Look for what is due and not done, whatever happened before: a missed turn is caught up by this one."""
    planned = planning.plan_reminders(now=now)
    outcome = sending.send_due(now=now)
    return ReminderCounts(planned, outcome.sent, outcome.failed, outcome.dropped)


def remind_report(*, report: Report, by: User, now: datetime | None = None) -> int:
    """Write what is to be sent to the unit of one report; the next turn sends it. Raises RemindError."""
    now = now or timezone.now()
    mine = Report.objects.filter(pk=report.pk)
    if not mine.missing().exists():
        raise RemindError(_("%(unit)s đã nộp báo cáo hoặc không phải báo cáo.") % {"unit": report.unit})
    counts = remind_round(round=report.round, reports=mine, by=by, now=now)
    if counts.recent:
        raise RemindError(_("%(unit)s đã được nhắc trong ba ngày qua.") % {"unit": report.unit})
    if counts.unreachable:
        raise RemindError(_("%(unit)s chưa có địa chỉ thư điện tử.") % {"unit": report.unit})
    return counts.queued


def remind_round(*, round: Round, reports: ReportQuerySet, by: User, now: datetime | None = None) -> HandCounts:
    """Remind by hand those of the given reports that are missing, each at most once in three days.

    Raises RemindError when the round is not open, or when somebody else has just done the same.
    """
    now = now or timezone.now()
    if round.state != RoundState.OPEN:
        raise RemindError(_("Chỉ nhắc được trong đợt đang mở."))
    if round.locks_at is not None and round.locks_at <= now:
        raise RemindError(_("Đợt đã khóa, không nhận thêm báo cáo."))
    owed = {unit: pk for pk, unit in reports.filter(round=round).missing().values_list("pk", "unit_id")}
    recent = _reminded_since(round, now - BETWEEN_HANDS)
    chosen = {unit: pk for unit, pk in owed.items() if unit not in recent}
    last = _last_by_unit(round)
    lines = []
    for unit_id, recipients in recipients_of(chosen).items():
        for recipient in recipients:
            # The last line is part of the id: two who press at once write the same id, and one is refused.
            key = planning.message_id("tay", round.pk, unit_id, last.get(unit_id, 0), recipient=recipient.email)
            lines.append(
                Reminder(
                    round=round,
                    report_id=chosen[unit_id],
                    unit_id=unit_id,
                    user_id=recipient.user_id,
                    recipient=recipient.email,
                    due_at=now,
                    created_at=now,
                    created_by=by,
                    message_id=key,
                )
            )
    reached = {line.unit_id for line in lines}
    counts = HandCounts(len(reached), len(owed) - len(chosen), len(chosen) - len(reached))
    if lines:
        _write(round, lines, counts, by)
    return counts


def _write(round: Round, lines: list[Reminder], counts: HandCounts, by: User) -> None:
    try:
        with transaction.atomic():
            Reminder.objects.bulk_create(lines, batch_size=BATCH)
            audit.record(actor=by, action="round.remind", target=round, after={"units": counts.queued})
    except IntegrityError as error:
        raise RemindError(_("Các đơn vị này vừa được nhắc.")) from error


def _reminded_since(round: Round, moment: datetime) -> set[int]:
    """By hand; what failed or was not needed does not count."""
    lines = Reminder.objects.filter(round=round, step__isnull=True, created_at__gt=moment)
    done = (ReminderState.DUE, ReminderState.SENDING, ReminderState.SENT)
    return set(lines.filter(state__in=done).values_list("unit_id", flat=True))


def _last_by_unit(round: Round) -> dict[int, int]:
    lines = Reminder.objects.filter(round=round, step__isnull=True).order_by()
    return dict(lines.values_list("unit_id").annotate(last=Max("pk")))


__all__ = [
    "NO_MAIL",
    "HandCounts",
    "RemindError",
    "ReminderCounts",
    "remind_report",
    "remind_round",
    "send_reminders",
]
