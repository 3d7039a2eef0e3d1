"""Rounds: who is asked for what, by when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Directive
from reports.querysets import RoundQuerySet
from schools.models import AudienceRule, Unit
from targets.models import Indicator


class RoundKind(models.TextChoices):
    INTERIM = "interim", _("Sơ kết")
    FINAL = "final", _("Tổng kết")
    PERIODIC = "periodic", _("Định kỳ")
    THEME = "theme", _("Chuyên đề")
    AD_HOC = "ad_hoc", _("Đột xuất")


class RoundState(models.TextChoices):
    PLANNED = "planned", _("Chưa mở")
    OPEN = "open", _("Đang mở")
    CLOSED = "closed", _("Đã chốt")


class DeadlineRule(models.TextChoices):
    """How the words of a document make an instant; the last valid moment is just before it."""

    BEFORE = "before", _("trước ngày")
    BY = "by", _("chậm nhất ngày, đến hết ngày, hạn ngày")
    AT = "at", _("trước giờ, ngày")


class Round(models.Model):
    """One asking (đợt báo cáo): some units, some indicators, one year, one deadline or none.

    `deadline_at` is the one exclusive instant derived from the date, the rule and the hour by
    `deadlines.instant`; a report is on time if the server had it before that instant.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("phong trào")
    )
    directive = models.ForeignKey(
        Directive,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("theo văn bản"),
    )
    code = models.SlugField(_("mã"), max_length=60)
    name = models.CharField(_("tên đợt"), max_length=200)
    kind = models.CharField(_("loại"), max_length=8, choices=RoundKind)
    year = models.PositiveSmallIntegerField(_("năm chỉ tiêu"))
    school_year = models.PositiveSmallIntegerField(
        _("năm học của số liệu"), help_text=_("Năm bắt đầu: 2026 là năm học 2026-2027.")
    )
    receiver = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="received_rounds", verbose_name=_("nơi nhận báo cáo")
    )
    through = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("qua phòng")
    )
    indicators = models.ManyToManyField(
        Indicator, through="RoundIndicator", related_name="rounds", verbose_name=_("chỉ tiêu")
    )
    cutoff_on = models.DateField(_("chốt số liệu đến hết ngày"), null=True, blank=True)
    deadline_on = models.DateField(_("hạn nộp"), null=True, blank=True)
    deadline_rule = models.CharField(_("cách tính hạn"), max_length=6, choices=DeadlineRule, blank=True)
    deadline_time = models.TimeField(_("giờ"), null=True, blank=True)
    deadline_words = models.CharField(_("lời văn bản về hạn"), max_length=250, blank=True)
    deadline_at = models.DateTimeField(_("thời điểm hết hạn"), null=True, blank=True, editable=False)
    locks_at = models.DateTimeField(_("khóa lúc"), null=True, blank=True)
    state = models.CharField(_("trạng thái"), max_length=7, choices=RoundState, default=RoundState.PLANNED)
    commune_reviews_first = models.BooleanField(_("xã, phường duyệt trước"), default=False)
    ask_narrative = models.BooleanField(_("hỏi ý kiến, kiến nghị"), default=True)
    annex_note = models.CharField(_("mẫu, phụ lục phải kèm"), max_length=300, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_rounds", verbose_name=_("đợt trước")
    )
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("người mở"),
    )
    closed_at = models.DateTimeField(_("chốt lúc"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("người chốt"),
    )
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt báo cáo")
        verbose_name_plural = _("đợt báo cáo")
        ordering = ["-year", "-deadline_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "code"],
                name="round_code_unique",
                violation_error_message=_("Mã đợt đã có trong phong trào."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_on__isnull=True, deadline_rule="", deadline_at__isnull=True)
                | (Q(deadline_on__isnull=False, deadline_at__isnull=False) & ~Q(deadline_rule="")),
                name="round_deadline_whole",
                violation_error_message=_("Hạn nộp gồm ngày và cách tính; thiếu một là chưa đủ."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_rule="at", deadline_time__isnull=False)
                | (~Q(deadline_rule="at") & Q(deadline_time__isnull=True)),
                name="round_hour_only_when_named",
                violation_error_message=_("Chỉ nhập giờ khi văn bản nêu giờ."),
            ),
            models.CheckConstraint(
                condition=Q(cutoff_on__isnull=True) | Q(deadline_on__isnull=True) | Q(cutoff_on__lte=F("deadline_on")),
                name="round_cutoff_not_after_deadline",
                violation_error_message=_("Ngày chốt số liệu không được sau hạn nộp."),
            ),
            models.CheckConstraint(
                condition=Q(locks_at__isnull=True) | Q(deadline_at__isnull=True) | Q(locks_at__gte=F("deadline_at")),
                name="round_locks_after_deadline",
                violation_error_message=_("Thời điểm khóa không được trước hạn nộp."),
            ),
            models.CheckConstraint(
                condition=Q(state="planned", opened_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="round_state_has_its_dates",
                violation_error_message=_("Trạng thái đợt và ngày mở, ngày chốt không khớp."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoundIndicator(models.Model):
    """One indicator that a round asks for, in its place on the form."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="round_indicators", verbose_name=_("đợt"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="round_indicators", verbose_name=_("chỉ tiêu")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("chỉ tiêu của đợt")
        verbose_name_plural = _("chỉ tiêu của đợt")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "indicator"],
                name="round_indicator_unique",
                violation_error_message=_("Chỉ tiêu này đã có trong đợt."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.indicator}"


class RoundAudience(AudienceRule):
    """One group of units that owe a report in a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="audiences", verbose_name=_("đợt"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("nhóm phải báo cáo")
        verbose_name_plural = _("nhóm phải báo cáo")
        ordering = ["order", "id"]
