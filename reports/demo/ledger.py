"""The reminders that would have gone out by now: the demo's portal did not sleep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from reports.demo.journeys import Journey
from reports.demo.people import Cast
from reports.models import Reminder, ReminderState, ReminderStep, Report, Round, Whom


def write_reminders(
    *, round: Round, reports: Sequence[Report], journeys: Mapping[int, Journey], cast: Cast, as_of: datetime
) -> int:
    """A sent line for each step that is past and each unit that had not submitted then; returns how many."""
    rows: list[Reminder] = []
    for step in ReminderStep.objects.filter(round=round, due_at__gt=round.opened_at, due_at__lte=as_of):
        missing = [report for report in reports if _was_missing(report, journeys[report.unit_id], step)]
        rows.extend(_to_units(step, missing, cast) if step.whom == Whom.UNIT else _to_communes(step, missing, cast))
    Reminder.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _was_missing(report: Report, journey: Journey, step: ReminderStep) -> bool:
    if step.due_at is None or (step.days > 0 and report.extended_until is not None):
        return False
    return journey.was_missing(step.due_at)


def _to_units(step: ReminderStep, missing: Sequence[Report], cast: Cast) -> Iterator[Reminder]:
    for place, report in enumerate(missing):
        user = cast.principals.get(report.unit_id) or cast.commune_officers.get(report.unit_id)
        email = user.email if user else report.unit.email
        line = _line(step, report.unit_id, email, place)
        line.report, line.user = report, user
        yield line


def _to_communes(step: ReminderStep, missing: Sequence[Report], cast: Cast) -> Iterator[Reminder]:
    managers = dict.fromkeys(report.manager_id for report in missing if report.manager_id in cast.commune_officers)
    for place, unit_id in enumerate(managers):
        if unit_id is not None:
            line = _line(step, unit_id, cast.commune_officers[unit_id].email, place)
            line.user = cast.commune_officers[unit_id]
            yield line


def _line(step: ReminderStep, unit_id: int, recipient: str, place: int) -> Reminder:
    due_at = step.due_at
    assert due_at is not None  # noqa: S101 - only steps with an instant are asked for
    return Reminder(
        round_id=step.round_id,
        step=step,
        unit_id=unit_id,
        recipient=recipient,
        channel=step.channel,
        due_at=due_at,
        created_at=due_at,
        attempts=1,
        message_id=f"<mau-{step.pk}-{unit_id}@demo.example>",
        state=ReminderState.SENT if recipient else ReminderState.FAILED,
        sent_at=due_at + timedelta(seconds=20 + place // 5) if recipient else None,
        why="" if recipient else "chưa có thư điện tử",
    )
