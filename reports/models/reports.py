"""Reports: the duty, the draft, each submitted version with its values, the review, the evidence."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.models.rounds import Round
from reports.querysets import ReportQuerySet
from schools import levels
from schools.models import Unit
from targets.models import Indicator


class ReportState(models.TextChoices):
    NOT_STARTED = "not_started", _("Chưa bắt đầu")
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    ACCEPTED = "accepted", _("Đã chấp nhận")


class Report(models.Model):
    """One unit's duty in one round, from the opening of the round to acceptance.

    `levels`, `commune` and `manager` are the unit's as they were when the round opened, so that
    past rounds stay as they were; a commune's own report has levels 0 and counts in no indicator.
    `version` rises with every change of state, which is always a conditional UPDATE.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports", verbose_name=_("đợt"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports", verbose_name=_("đơn vị"))
    levels = models.PositiveSmallIntegerField(_("cấp học khi mở đợt"), default=0)
    commune = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã, phường")
    )
    manager = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị quản lý")
    )
    state = models.CharField(_("trạng thái"), max_length=11, choices=ReportState, default=ReportState.NOT_STARTED)
    awaiting_commune = models.BooleanField(_("chờ xã, phường duyệt"), default=False)
    version = models.PositiveIntegerField(_("phiên bản"), default=0)
    current_submission = models.ForeignKey(
        "Submission", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("bản hiện tại")
    )
    first_submitted_at = models.DateTimeField(_("nộp lần đầu lúc"), null=True, blank=True)
    extended_until = models.DateTimeField(_("gia hạn đến"), null=True, blank=True)
    is_late = models.BooleanField(_("nộp muộn"), default=False)
    accepted_at = models.DateTimeField(_("chấp nhận lúc"), null=True, blank=True)
    excluded_at = models.DateTimeField(_("đưa ra khỏi danh sách lúc"), null=True, blank=True)
    exclusion_reason = models.CharField(_("lý do đưa ra"), max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        indexes = [
            models.Index(fields=["round", "state"], name="report_round_state"),
            models.Index(fields=["round", "commune", "state"], name="report_round_commune"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="report_one_per_unit",
                violation_error_message=_("Đơn vị đã có báo cáo trong đợt này."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["not_started", "draft"], current_submission__isnull=True)
                | Q(
                    state__in=["submitted", "returned", "accepted"],
                    current_submission__isnull=False,
                    first_submitted_at__isnull=False,
                ),
                name="report_submitted_has_submission",
                violation_error_message=_("Báo cáo đã nộp phải có bản nộp."),
            ),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True) | ~Q(exclusion_reason=""),
                name="report_exclusion_has_reason",
                violation_error_message=_("Đưa một đơn vị ra khỏi danh sách phải có lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.round}"

    @property
    def deadline_at(self) -> object:
        """This unit's own deadline: the round's, or later by extension."""
        return self.extended_until or self.round.deadline_at

    @property
    def is_editable(self) -> bool:
        """Whether the unit itself may still change it (the round's dates are asked elsewhere)."""
        return self.excluded_at is None and self.state in EDITABLE


EDITABLE = (ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.RETURNED)
COUNTED_PROVISIONAL = (ReportState.SUBMITTED, ReportState.ACCEPTED)


class Draft(models.Model):
    """What a unit has typed and not yet submitted; saved by compare-and-swap on `version`.

    `values` is {indicator code: {level or "": {"n": int | null, "d": int | null}}};
    `narrative` is {results, difficulties, proposals, models}; a commune's also {missing}, why schools
    are not in its sums. `entrusted_to` is the officer who may enter for the unit, `entrusted_reason` why.
    """

    report = models.OneToOneField(
        Report, primary_key=True, on_delete=models.CASCADE, related_name="draft", verbose_name=_("báo cáo")
    )
    version = models.PositiveIntegerField(_("phiên bản"), default=0)
    values = models.JSONField(_("số liệu"), default=dict, blank=True)
    narrative = models.JSONField(_("lời báo cáo"), default=dict, blank=True)
    saved_at = models.DateTimeField(_("lưu lúc"), null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("người lưu"),
    )
    entrusted_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cán bộ nhập thay"),
    )
    entrusted_reason = models.CharField(_("lý do nhập thay"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("bản nháp")
        verbose_name_plural = _("bản nháp")
        constraints = [
            models.CheckConstraint(
                condition=Q(entrusted_to__isnull=True, entrusted_reason="")
                | (Q(entrusted_to__isnull=False) & ~Q(entrusted_reason="")),
                name="draft_entrusted_with_reason",
                violation_error_message=_("Nhập thay phải có lý do."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} · v{self.version}"


class Submission(models.Model):
    """One submitted version of a report, never changed, with the receipt that the unit was shown.

    `warnings` is [{"kind", "code", "level"}], what the rules found strange when it came in (`rules.problems`);
    null where nobody has looked. `on_behalf_reason` is filled when an officer entered it for the unit.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("báo cáo"))
    number = models.PositiveSmallIntegerField(_("bản thứ"))
    token = models.UUIDField(_("mã lần bấm nộp"), default=uuid.uuid4, unique=True)
    receipt = models.CharField(_("mã biên nhận"), max_length=30, unique=True)
    submitted_at = models.DateTimeField(_("nộp lúc"), default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người nộp")
    )
    on_behalf_reason = models.CharField(_("lý do nhập thay"), max_length=300, blank=True)
    is_late = models.BooleanField(_("nộp sau hạn"), default=False)
    warnings = models.JSONField(_("điều cần xem lại"), null=True, blank=True)
    narrative = models.JSONField(_("lời báo cáo"), default=dict, blank=True)
    evidence: models.ManyToManyField[Evidence, Any] = models.ManyToManyField(
        "Evidence", related_name="submissions", blank=True, verbose_name=_("minh chứng")
    )

    class Meta:
        verbose_name = _("bản nộp")
        verbose_name_plural = _("bản nộp")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                name="submission_number_unique",
                violation_error_message=_("Báo cáo đã có bản nộp mang số này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} · bản {self.number}"


class Value(models.Model):
    """One answer in a submission: numerator and denominator of one indicator, for one level or the whole school."""

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="values", verbose_name=_("bản nộp")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="values", verbose_name=_("chỉ tiêu")
    )
    level = models.CharField(_("cấp học"), max_length=4, blank=True)
    numerator = models.PositiveIntegerField(_("số đạt"))
    denominator = models.PositiveIntegerField(_("tổng số"))

    class Meta:
        verbose_name = _("giá trị")
        verbose_name_plural = _("giá trị")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator", "level"],
                name="value_unique",
                violation_error_message=_("Bản nộp đã có giá trị của chỉ tiêu và cấp học này."),
            ),
            models.CheckConstraint(
                condition=Q(numerator__lte=F("denominator")),
                name="value_numerator_within_denominator",
                violation_error_message=_("Số đạt không được lớn hơn tổng số."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *levels.LEVEL_CODES]),
                name="value_level_known",
                violation_error_message=_("Cấp học không có trong danh mục."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.level}: {self.numerator}/{self.denominator}"


class ReviewStepKind(models.TextChoices):
    SUBMITTED = "submitted", _("Đã nộp")
    FORWARDED = "forwarded", _("Xã, phường đã duyệt, chuyển Sở")
    ACCEPTED = "accepted", _("Đã chấp nhận")
    RETURNED = "returned", _("Đã trả lại")
    REOPENED = "reopened", _("Đã mở lại")
    UNDONE = "undone", _("Đã hoàn tác")
    COMMENTED = "commented", _("Đã góp ý")
    CORRECTED = "corrected", _("Đã đính chính sau khi chốt")


class ReviewStep(models.Model):
    """One step in the life of a report: who did what, when, and what was said."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps", verbose_name=_("báo cáo"))
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="steps", verbose_name=_("bản nộp")
    )
    kind = models.CharField(_("việc"), max_length=9, choices=ReviewStepKind)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người làm")
    )
    by_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị làm")
    )
    comment = models.TextField(_("ý kiến"), blank=True)
    # {state, awaiting_commune, accepted_at} as this step found them, so that it can be undone.
    before = models.JSONField(_("trước đó"), default=dict, blank=True)

    class Meta:
        verbose_name = _("bước xử lý")
        verbose_name_plural = _("bước xử lý")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["returned", "reopened"]) | ~Q(comment=""),
                name="review_return_has_reason",
                violation_error_message=_("Trả lại phải kèm ý kiến."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.report}"


def _evidence_path(evidence: Evidence, filename: str) -> str:
    # The school's own file name is kept in a column; on disk it says nothing and cannot clash.
    suffix = filename.rsplit(".", 1)[-1].lower()[:5]
    return f"evidence/{evidence.report_id % 1000:03d}/{uuid.uuid4().hex}.{suffix}"


class Evidence(models.Model):
    """One file that a unit attached to its report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("báo cáo"))
    file = models.FileField(_("tệp"), upload_to=_evidence_path)
    name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(_("loại"), max_length=100)
    size = models.PositiveIntegerField(_("số byte"))
    sha256 = models.CharField(_("băm của tệp"), max_length=64)
    uploaded_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )
    removed_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """One prolongation: for a unit, all of a commune, or everybody in the round (both blank)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("đợt"))
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị")
    )
    until_at = models.DateTimeField(_("đến trước thời điểm"))
    reason = models.CharField(_("lý do"), max_length=300)
    given_at = models.DateTimeField(_("lúc"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người gia hạn")
    )

    class Meta:
        verbose_name = _("gia hạn")
        verbose_name_plural = _("gia hạn")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_has_reason",
                violation_error_message=_("Gia hạn phải có lý do."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.unit or ''} · {self.until_at:%d/%m/%Y %H:%M}"


class ExpectationChange(models.Model):
    """One change of the list of who is expected, by name and with a reason."""

    class Kind(models.TextChoices):
        ADDED = "added", _("Thêm vào")
        EXCLUDED = "excluded", _("Đưa ra")
        RESTORED = "restored", _("Đưa trở lại")
        SUCCEEDED = "succeeded", _("Chuyển cho đơn vị kế tục")

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="expectation_changes", verbose_name=_("báo cáo")
    )
    kind = models.CharField(_("việc"), max_length=9, choices=Kind)
    reason = models.CharField(_("lý do"), max_length=300)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người làm")
    )

    class Meta:
        verbose_name = _("thay đổi danh sách phải báo cáo")
        verbose_name_plural = _("thay đổi danh sách phải báo cáo")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="expectation_change_has_reason",
                violation_error_message=_("Thay đổi danh sách phải có lý do."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.report}"
