"""Reminders as messages: the subject says what to do and by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reports.models import DeadlineRule, Reminder, Report, ReportState, Round
from reports.rounds import deadlines

MOST_LISTED = 60


def unit_message(*, reminder: Reminder, report: Report, now: datetime) -> EmailMessage:
    """To a unit, about its own report."""
    with translation.override(_language(reminder)):
        due = report.extended_until or report.round.deadline_at
        context = {
            "unit": report.unit.name,
            "report": report_name(report.round),
            "returned": report.state == ReportState.RETURNED,
            "begun": report.state == ReportState.DRAFT,
            **_when(report.round, due, report.extended_until, now),
            "receiver": _receiver(report.round),
            "url": settings.PUBLIC_URL + reverse("collection:report_form", args=[report.pk]),
        }
        return _message(reminder, "reminders/mail/unit_due", context)


def digest_message(*, reminder: Reminder, reports: Sequence[Report], now: datetime) -> EmailMessage:
    """To a commune, an office or the department, about all that are missing below it; one message for all."""
    with translation.override(_language(reminder)):
        context = {
            "unit": reminder.unit.name,
            "report": report_name(reminder.round),
            "count": len(reports),
            "rows": [(report.unit.name, report.get_state_display()) for report in reports[:MOST_LISTED]],
            "rest": max(0, len(reports) - MOST_LISTED),
            **_when(reminder.round, reminder.round.deadline_at, None, now),
            "receiver": _receiver(reminder.round),
            "url": f"{settings.PUBLIC_URL}{reverse('collection:report_list')}?dot={reminder.round_id}",
        }
        return _message(reminder, "reminders/mail/commune_digest", context)


def report_name(round: Round) -> str:
    """'báo cáo Tổng kết 2026'; a name that begins with the word keeps it once: 'báo cáo tháng 6/2026'."""
    word = _("báo cáo")
    if round.name.lower().startswith(word):
        return word + round.name[len(word) :]
    return f"{word} {round.name}"


def deadline_words(round: Round, extended_until: datetime | None = None) -> str:
    """'trước ngày 15/12/2026', in the round's own way of counting; empty without a deadline."""
    if extended_until is not None:
        local = extended_until.astimezone(deadlines.ZONE)
        if (local.hour, local.minute) == (0, 0):
            return _("đến hết ngày %(day)s") % {"day": f"{deadlines.last_day(extended_until):%d/%m/%Y}"}
        return _("trước %(hour)s ngày %(day)s") % {"hour": f"{local:%H:%M}", "day": f"{local:%d/%m/%Y}"}
    if round.deadline_on is None:
        return ""
    day = f"{round.deadline_on:%d/%m/%Y}"
    if round.deadline_rule == DeadlineRule.AT and round.deadline_time is not None:
        return _("trước %(hour)s ngày %(day)s") % {"hour": f"{round.deadline_time:%H:%M}", "day": day}
    words = _("trước ngày %(day)s") if round.deadline_rule == DeadlineRule.BEFORE else _("chậm nhất ngày %(day)s")
    return words % {"day": day}


def _when(round: Round, due: datetime | None, extended_until: datetime | None, now: datetime) -> dict[str, Any]:
    counted = deadlines.countdown(due, now) if due else None
    return {
        "by": deadline_words(round, extended_until),
        "extended": extended_until is not None,
        "last_day": f"{deadlines.last_day(due):%d/%m/%Y}" if due else "",
        "days_left": counted.days if counted and not counted.is_over else None,
        "overdue": bool(counted and counted.is_over),
        "days_late": counted.days_late if counted and counted.is_over else 0,
    }


def _receiver(round: Round) -> str:
    if round.through is None:
        return round.receiver.name
    return _("%(receiver)s (qua %(office)s)") % {"receiver": round.receiver.name, "office": round.through.name}


def _language(reminder: Reminder) -> str:
    return reminder.user.language if reminder.user else settings.LANGUAGE_CODE


def _message(reminder: Reminder, name: str, context: Mapping[str, Any]) -> EmailMessage:
    full = {**context, "portal": settings.PORTAL_NAME}
    subject = render_to_string(f"{name}_subject.txt", full)
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{name}_body.txt", full),
        to=[reminder.recipient],
        headers={"Message-ID": reminder.message_id, "Auto-Submitted": "auto-generated"},
    )
