"""Which steps are due, who is missing then, and one line of the ledger for each recipient."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef

from reports.models import Channel, Reminder, ReminderState, ReminderStep, Report, RoundState, Whom
from reports.querysets import ReportQuerySet
from reports.reminders.recipients import NO_MAIL, Recipient, recipients_of
from schools.models import UnitKind

# After an outage a step that is older than this is not made up for: nobody is served by a wave of old mail.
STALE = timedelta(hours=36)
SUPERSEDED = "đã có bước đôn đốc sau"


def plan_reminders(*, now: datetime) -> int:
    """Write the lines that are due and not there yet; returns how many. Again, or twice at once, adds none."""
    planned = 0
    for step in due_steps(now=now):
        _drop_earlier(step)
        rows = list(_lines(step, now))
        Reminder.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        planned += len(rows)
    return planned


def due_steps(*, now: datetime) -> list[ReminderStep]:
    """Of each open round and kind of reader the newest step that is due; none that is stale."""
    steps = (
        ReminderStep.objects.filter(enabled=True, due_at__lte=now, due_at__gt=now - STALE, channel=Channel.MAIL)
        .filter(round__state=RoundState.OPEN)
        .exclude(round__locks_at__lte=now)
        .select_related("round__campaign")
        .order_by("due_at", "pk")
    )
    newest = {(step.round_id, step.whom): step for step in steps}
    return list(newest.values())


def missing_for(step: ReminderStep | None, *, round_id: int, now: datetime) -> ReportQuerySet:
    """Before the deadline all who have not submitted, after it those whose own deadline is past."""
    reports = Report.objects.filter(round=round_id, round__state=RoundState.OPEN)
    return reports.overdue(now) if step is not None and step.days > 0 else reports.missing()


def digest_reports(reminder: Reminder, *, now: datetime) -> ReportQuerySet:
    """The reports that a digest is about, as they are now."""
    reports = missing_for(reminder.step, round_id=reminder.round_id, now=now).exclude(unit=reminder.unit_id)
    if reminder.unit.kind == UnitKind.COMMUNE:
        reports = reports.filter(manager=reminder.unit_id)
    return reports.select_related("unit", "commune").order_by("unit__name_sort", "pk")


def message_id(*parts: object, recipient: str) -> str:
    """The same parts give the same id, so that a message sent in doubt can be recognised by who reads it."""
    words = ".".join(str(part) for part in parts)
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{words}:{recipient.lower()}".encode()).hexdigest()[:20]
    return f"<{words}.{digest}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"[-120:]


def _drop_earlier(step: ReminderStep) -> None:
    """What an earlier step could not send has been overtaken."""
    earlier = Reminder.objects.filter(
        step__round=step.round_id, step__whom=step.whom, step__due_at__lt=step.due_at, state=ReminderState.DUE
    )
    pks = list(earlier.values_list("pk", flat=True))
    for start in range(0, len(pks), 500):
        Reminder.objects.filter(pk__in=pks[start : start + 500], state=ReminderState.DUE).update(
            state=ReminderState.DROPPED, why=SUPERSEDED
        )


def _lines(step: ReminderStep, now: datetime) -> Iterator[Reminder]:
    if step.whom == Whom.UNIT:
        owed = _unplanned(step, now).order_by("pk").values_list("pk", "unit_id")
        by_unit: dict[int, int | None] = {unit_id: report_id for report_id, unit_id in owed}
    else:
        there = set(Reminder.objects.filter(step=step).values_list("unit_id", flat=True))
        by_unit = dict.fromkeys(pk for pk in _digest_units(step, now) if pk not in there)
    for unit_id, recipients in recipients_of(by_unit).items():
        for recipient in recipients or [Recipient("")]:
            yield _line(step, unit_id, by_unit[unit_id], recipient, now)


def _unplanned(step: ReminderStep, now: datetime) -> ReportQuerySet:
    planned = Reminder.objects.filter(step=step, unit=OuterRef("unit"))
    return missing_for(step, round_id=step.round_id, now=now).filter(~Exists(planned))


def _digest_units(step: ReminderStep, now: datetime) -> list[int]:
    missing = missing_for(step, round_id=step.round_id, now=now)
    if step.whom == Whom.COMMUNE:
        managers = missing.filter(manager__kind=UnitKind.COMMUNE).order_by("manager")
        return [pk for pk in managers.values_list("manager_id", flat=True).distinct() if pk is not None]
    if not missing.exists():
        return []
    lead = step.round.through_id or step.round.campaign.lead_id
    found = step.round.receiver_id if step.whom == Whom.DEPARTMENT else lead
    return [] if found is None else [found]


def _line(step: ReminderStep, unit_id: int, report_id: int | None, recipient: Recipient, now: datetime) -> Reminder:
    reachable = bool(recipient.email)
    return Reminder(
        round_id=step.round_id,
        step=step,
        report_id=report_id,
        unit_id=unit_id,
        user_id=recipient.user_id,
        recipient=recipient.email,
        channel=step.channel,
        state=ReminderState.DUE if reachable else ReminderState.FAILED,
        why="" if reachable else NO_MAIL,
        due_at=step.due_at or now,
        created_at=now,
        message_id=message_id("nhac", step.pk, unit_id, recipient=recipient.email),
    )
