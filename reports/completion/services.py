"""Rates are recomputed from the rows, never incremented: twice, late or in parallel gives the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from reports.completion import sql
from reports.models import CompletionDue, CompletionRate

# The first key of the advisory lock, so that no other use of one can meet it.
LOCK = 0x5241_5445


def note_due(*, round_id: int, report_id: int | None = None) -> None:
    """Say that a round's rates are out of date; call it inside the transaction that makes them so."""
    CompletionDue.objects.create(round_id=round_id, report_id=report_id)


def compute_completion(*, round_id: int) -> int:
    """Compute and store every rate of a round; returns how many rows there are now."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, round_id])
        moment = connection.ops.adapt_datetimefield_value(_moment(round_id))
        cursor.execute(sql.COMPUTE, [round_id, moment])
        written = cursor.rowcount
        cursor.execute(sql.FORGET, [round_id, moment])
    return int(written)


def compute_due_completion() -> int:
    """Drain the notes: compute each round that has one; returns how many rounds."""
    notes: dict[int, list[int]] = {}
    for pk, round_id in CompletionDue.objects.order_by("pk").values_list("pk", "round_id"):
        notes.setdefault(round_id, []).append(pk)
    for round_id, pks in notes.items():
        compute_completion(round_id=round_id)
        # Only what was read: a note made while it was computed stays for the next turn.
        for start in range(0, len(pks), 500):
            CompletionDue.objects.filter(pk__in=pks[start : start + 500]).delete()
    return len(notes)


def _moment(round_id: int) -> datetime:
    """Now, and in any case later than every row there is: older rows are how the forgotten ones are found."""
    last = CompletionRate.objects.filter(round=round_id).aggregate(last=Max("computed_at"))["last"]
    now = timezone.now()
    return now if last is None or last < now else last + timedelta(microseconds=1)
