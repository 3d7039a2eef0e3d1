"""Run by the worker's test in a process and database of its own: a round with a step that is due now."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from types import SimpleNamespace

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from reports.models import Reminder, ReminderStep, Report, ReportState, Submission  # noqa: E402
from reports.rounds import services as rounds  # noqa: E402
from tests.conftest import build_world  # noqa: E402


def build() -> None:
    """Four schools owe a report; one has submitted, three are to be reminded."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    world: SimpleNamespace = build_world()
    now: datetime = timezone.now()
    deadline = (now + timedelta(days=7)).date()
    rounds.set_deadline(round=world.round, on=deadline, by=world.admin)
    rounds.open_round(round=world.round, by=world.admin, now=now)
    submitted = Report.objects.get(unit=world.th_a)
    submission = Submission.objects.create(report=submitted, number=1, receipt="BC-1", submitted_at=now)
    Report.objects.filter(pk=submitted.pk).update(
        state=ReportState.SUBMITTED, current_submission=submission, first_submitted_at=now
    )
    ReminderStep.objects.filter(round=world.round).update(due_at=None)
    step = ReminderStep.objects.filter(round=world.round).first()
    assert step is not None
    ReminderStep.objects.filter(pk=step.pk).update(due_at=now)


def show() -> None:
    for line in Reminder.objects.order_by("pk").values_list("recipient", "state", "attempts"):
        sys.stdout.write(" ".join(str(word) for word in line) + "\n")


if __name__ == "__main__":
    {"build": build, "show": show}[sys.argv[1]]()
