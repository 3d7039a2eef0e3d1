"""What the communes of the demo sent: their schools' sums, and why some are missing."""

from __future__ import annotations

from collections.abc import Sequence

from reports.collection import commune
from reports.collection.summaries import summary_of
from reports.models import CommuneSummary, Report, Submission

REASONS = (
    "Trường chưa nộp đang đổi hiệu trưởng, xã đã nhắc và sẽ bổ sung.",
    "Trường chưa nộp mất kết nối mạng sau mưa bão, sẽ nộp bổ sung.",
    "Trường chưa nộp còn rà soát số liệu giữa các điểm trường.",
)


def keep_sums(reports: Sequence[Report]) -> None:
    """Of each commune's report that was submitted, once its schools' are written; the sums are those of the rows."""
    summaries, submissions = [], []
    for place, report in enumerate(report for report in reports if commune.is_commune_report(report)):
        for submission in report.submissions.all():
            live = commune.live_report(report)
            reason = REASONS[place % len(REASONS)] if live.missing else ""
            summaries.append(summary_of(submission, live, reason, submission.submitted_at))
            if reason:
                submission.narrative = {commune.MISSING_KEY: reason, **submission.narrative}
                submissions.append(submission)
    CommuneSummary.objects.bulk_create(summaries)
    Submission.objects.bulk_update(submissions, ["narrative"], batch_size=500)
