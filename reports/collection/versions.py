"""What every version of a report is made of, whoever writes it: its number, receipt, values and words."""

from __future__ import annotations

from django.db.models import Max

from reports.collection import form_spec, receipts
from reports.collection.questions import Narrative, Question
from reports.models import Report, Submission, Value


def next_number(report: Report) -> int:
    last: int | None = Submission.objects.filter(report_id=report.pk).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def new_receipt(report: Report, number: int) -> str:
    return receipts.receipt_number(year=report.round.year, report_id=report.pk, number=number)


def write_values(submission: Submission, answered: tuple[Question, ...]) -> None:
    Value.objects.bulk_create(
        Value(
            submission=submission,
            indicator_id=question.indicator_id,
            level=row.level,
            numerator=int(row.n or 0),
            denominator=int(row.d or 0),
        )
        for question in answered
        for row in question.rows
    )


def clean_narrative(narrative: Narrative) -> Narrative:
    """Only the known fields, no control characters: PostgreSQL keeps no NUL in JSON."""
    return {
        key: words[: form_spec.NARRATIVE_MAX]
        for key in form_spec.NARRATIVE_KEYS
        if (words := str(narrative.get(key) or "").replace("\x00", "").strip())
    }
