"""What the beat runs; each task looks for what is due and may run twice, late or not at all."""

from __future__ import annotations

from celery import shared_task

from schools.imports import jobs


@shared_task
def commit_due_imports() -> int:
    return jobs.run_due()
