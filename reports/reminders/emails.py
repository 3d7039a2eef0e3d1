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

from reports.models import Reminder, Report, ReportState, Round
from reports.rounds import deadlines, wording

MOST_LISTED = 60


def unit_message(*, reminder: Reminder, report: Report, now: datetime) -> EmailMessage:
    """To a unit, about its own report."""
    with translation.override(_language(reminder)):
        due = report.extended_until or report.round.deadline_at
        context = {
            "unit": report.unit.name,
            "report": wording.report_name(report.round.name),
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
            "report": wording.report_name(reminder.round.name),
            "count": len(reports),
            "rows": [(report.unit.name, report.get_state_display()) for report in reports[:MOST_LISTED]],
            "rest": max(0, len(reports) - MOST_LISTED),
            **_when(reminder.round, reminder.round.deadline_at, None, now),
            "receiver": _receiver(reminder.round),
            "url": f"{settings.PUBLIC_URL}{reverse('collection:report_list')}?dot={reminder.round_id}",
        }
        return _message(reminder, "reminders/mail/commune_digest", context)


def _when(round: Round, due: datetime | None, extended_until: datetime | None, now: datetime) -> dict[str, Any]:
    counted = deadlines.countdown(due, now) if due else None
    return {
        "by": wording.extension_words(extended_until)
        if extended_until
        else wording.rule_words(round.deadline_on, round.deadline_rule, round.deadline_time),
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
