"""The sums that a commune sends are written with the version that sends them, and stay as they were."""

from __future__ import annotations

from datetime import datetime

from reports.collection import commune
from reports.collection.errors import ReportInvalid
from reports.collection.questions import Narrative
from reports.collection.rules import Problems
from reports.models import CommuneSummary, Report, Submission


def keep_sums(*, report: Report, submission: Submission, narrative: Narrative, now: datetime) -> None:
    """Keep what a commune's schools sum to at this moment, inside the transaction that submits.

    Nothing for a school's report. Raises ReportInvalid while schools are missing and `narrative` says no reason:
    who is missing is asked of the rows here, whatever an earlier page showed.
    """
    if not commune.is_commune_report(report):
        return
    live = commune.live_report(report)
    reason = narrative.get(commune.MISSING_KEY, "")
    if (problem := commune.reason_problem(live.missing, reason)) is not None:
        raise ReportInvalid(Problems((problem,)))
    if not live.missing and reason:
        # All have submitted since it was written: a reason for nothing is not sent.
        submission.narrative.pop(commune.MISSING_KEY)
        submission.save(update_fields=["narrative"])
    summary_of(submission, live, reason if live.missing else "", now).save(force_insert=True)


def summary_of(submission: Submission, live: commune.CommuneReport, reason: str, at: datetime) -> CommuneSummary:
    """The sums of that moment as the version keeps them, not yet written."""
    return CommuneSummary(
        submission=submission,
        expected=live.expected,
        submitted=live.submitted,
        missing=[{"unit": school.unit_id, "name": school.name} for school in live.missing],
        missing_reason=reason,
        sums=[
            {
                "code": item.code,
                "name": item.name,
                "expected": item.expected,
                "counted": item.counted,
                "numerator": item.rate.numerator,
                "denominator": item.rate.denominator,
                "status": item.status,
            }
            for item in live.sums
        ],
        as_of=at,
    )
