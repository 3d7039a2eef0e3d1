"""What the beat runs; each task looks for what is due and may run twice, late or not at all."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reports.completion import services as completion
from reports.reminders import services as reminders


@shared_task
def compute_due_completion() -> int:
    return completion.compute_due_completion()


@shared_task
def send_reminders() -> int:
    return reminders.send_reminders(now=timezone.now()).sent
