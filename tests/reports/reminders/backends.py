"""Mail servers in small: one during whose work a report comes in, one that refuses, one that is down."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as Memory

from reports.models import Report, ReportState, Submission


class SubmittingBackend(Memory):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        report = Report.objects.get(pk=settings.SUBMIT_WHEN_SENDING)
        if report.state != ReportState.SUBMITTED:
            submission = Submission.objects.create(report=report, number=1, receipt="BC-1")
            report.state, report.current_submission = ReportState.SUBMITTED, submission
            report.first_submitted_at = submission.submitted_at
            report.save()
        return int(super().send_messages(messages))


class RefusingBackend(Memory):
    """Answers as `settings.REFUSALS` says for an address: a code."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        refusals: dict[str, int] = settings.REFUSALS
        for message in messages:
            [address] = message.to
            if address in refusals:
                raise smtplib.SMTPRecipientsRefused({address: (refusals[address], b"no")})
        return int(super().send_messages(messages))


class DownBackend(Memory):
    def open(self) -> Any:
        raise ConnectionRefusedError("nobody there")
