"""What belongs to one submitted version: a commune's sums as it sent them, a correction after the freeze."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.models.reports import Submission


class CommuneSummary(models.Model):
    """The sums that stood in a commune's own report when it was sent, and who was missing from them.

    `sums` is [{"code", "name", "expected", "counted", "numerator", "denominator"}], people or units by
    indicator; `missing` is [{"unit", "name"}], schools on the list that had not submitted.
    """

    submission = models.OneToOneField(
        Submission, primary_key=True, on_delete=models.CASCADE, related_name="summary", verbose_name=_("bản nộp")
    )
    expected = models.PositiveIntegerField(_("phải báo cáo"))
    submitted = models.PositiveIntegerField(_("đã nộp"))
    missing = models.JSONField(_("trường chưa nộp"), default=list, blank=True)
    missing_reason = models.TextField(_("lý do thiếu"), blank=True)
    sums = models.JSONField(_("số tổng hợp"), default=list, blank=True)
    as_of = models.DateTimeField(_("tính đến"), default=timezone.now)

    class Meta:
        verbose_name = _("bản tổng hợp của xã, phường")
        verbose_name_plural = _("bản tổng hợp của xã, phường")
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted__lte=F("expected")),
                name="summary_in_range",
                violation_error_message=_("Số đã nộp vượt quá số phải báo cáo."),
            ),
            models.CheckConstraint(
                condition=Q(submitted=F("expected")) | ~Q(missing_reason=""),
                name="summary_missing_has_reason",
                violation_error_message=_("Gửi khi còn thiếu trường thì phải nêu lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.submitted}/{self.expected}"


class Correction(models.Model):
    """A version made after the round was frozen: why, and what it changed in each rate.

    `effects` is [{"basis", "grouping", "unit", "indicator", "level", "before", "after"}], where before and
    after are {"expected", "counted", "numerator", "denominator", "silent_denominator", "silent_unknown"} or null.
    """

    submission = models.OneToOneField(
        Submission, primary_key=True, on_delete=models.CASCADE, related_name="correction", verbose_name=_("bản nộp")
    )
    reason = models.CharField(_("lý do đính chính"), max_length=300)
    effects = models.JSONField(_("tác động đến tỷ lệ"), default=list, blank=True)

    class Meta:
        verbose_name = _("đính chính sau khi chốt")
        verbose_name_plural = _("đính chính sau khi chốt")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="correction_has_reason",
                violation_error_message=_("Đính chính phải có lý do."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.reason}"
