"""Indicators (chỉ tiêu) and the targets set for them by year and level."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Directive, Theme
from schools import levels
from schools.models import Unit
from targets.querysets import IndicatorQuerySet


class IndicatorKind(models.TextChoices):
    PEOPLE = "people", _("Tỷ lệ người")
    UNITS = "units", _("Tỷ lệ đơn vị")


class Counted(models.TextChoices):
    """Whose number is the denominator of a share of people."""

    NOBODY = "", _("–")
    STAFF = "staff", _("Cán bộ, giáo viên, nhân viên")
    PUPILS = "pupils", _("Học sinh")


class Indicator(models.Model):
    """One thing that is measured: a share of people, or yes or no for each school.

    Every value is a numerator and a denominator (yes is 1 of 1). Pupils are counted by level,
    staff and yes-or-no once for the school. `levels` says to which schools it applies.
    With `per_commune` a commune passes if any of its schools did it; with `rarely_changes` the answer
    of the last round stands in the next form.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("phong trào")
    )
    code = models.CharField(_("mã"), max_length=20)
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên chỉ tiêu"), max_length=400)
    short_name = models.CharField(_("tên ngắn"), max_length=40)
    section = models.CharField(_("nhóm trên biểu mẫu"), max_length=80)
    question = models.CharField(_("câu hỏi trên biểu mẫu"), max_length=300)
    hint = models.CharField(_("hướng dẫn điền"), max_length=300, blank=True)
    kind = models.CharField(_("loại"), max_length=6, choices=IndicatorKind)
    counted = models.CharField(_("đếm ai"), max_length=6, choices=Counted, blank=True)
    levels = models.PositiveSmallIntegerField(_("áp dụng cho cấp học"))
    per_commune = models.BooleanField(_("tính theo xã"), default=False)
    rarely_changes = models.BooleanField(
        _("câu trả lời ít thay đổi"),
        default=False,
        help_text=_("Đợt sau điền sẵn câu trả lời của đợt trước; trường chỉ sửa khi đã khác."),
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="indicators", verbose_name=_("mô hình")
    )
    directive = models.ForeignKey(
        Directive,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="indicators",
        verbose_name=_("theo văn bản"),
    )
    place_in_text = models.CharField(_("ở đâu trong văn bản"), max_length=120, blank=True)
    leads = models.ManyToManyField(Unit, related_name="led_indicators", blank=True, verbose_name=_("đơn vị chủ trì"))
    supporters = models.ManyToManyField(
        Unit, related_name="supported_indicators", blank=True, verbose_name=_("đơn vị phối hợp")
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["campaign", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "code"],
                name="indicator_code_unique",
                violation_error_message=_("Mã chỉ tiêu đã có trong phong trào."),
            ),
            models.CheckConstraint(
                condition=Q(kind="people", counted__in=["staff", "pupils"]) | Q(kind="units", counted=""),
                name="indicator_people_need_a_population",
                violation_error_message=_("Tỷ lệ người phải nói đếm ai; tỷ lệ đơn vị thì không."),
            ),
            models.CheckConstraint(
                condition=Q(per_commune=False) | Q(kind="units"),
                name="indicator_per_commune_is_yes_or_no",
                violation_error_message=_("Chỉ tiêu tính theo xã phải là loại có hoặc chưa."),
            ),
            models.CheckConstraint(
                condition=Q(levels__gt=0, levels__lte=levels.ALL_LEVELS),
                name="indicator_levels_known",
                violation_error_message=_("Phải chọn ít nhất một cấp học."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"

    @property
    def level_codes(self) -> list[str]:
        return levels.to_codes(self.levels)

    @property
    def by_level(self) -> bool:
        """Whether a school reports one value for each of its levels."""
        return self.counted == Counted.PUPILS

    def value_levels(self, unit_levels: int) -> list[str]:
        """The levels for which a school of these levels owes a value: [''] when once for the school."""
        common = self.levels & unit_levels
        if not common:
            return []
        return levels.to_codes(common) if self.by_level else [""]


class Target(models.Model):
    """One target: an indicator, a year and, where the plan says so, a level; no row means not set."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="targets", verbose_name=_("chỉ tiêu")
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    level = models.CharField(_("cấp học"), max_length=4, blank=True)
    percent = models.DecimalField(_("phần trăm"), max_digits=5, decimal_places=2, null=True, blank=True)
    encouraged = models.BooleanField(_("khuyến khích"), default=False)

    class Meta:
        verbose_name = _("mức chỉ tiêu")
        verbose_name_plural = _("mức chỉ tiêu")
        ordering = ["indicator", "year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "level"],
                name="target_unique",
                violation_error_message=_("Năm và cấp học này đã có chỉ tiêu."),
            ),
            models.CheckConstraint(
                condition=Q(encouraged=True, percent__isnull=True)
                | Q(encouraged=False, percent__gt=Decimal(0), percent__lte=Decimal(100)),
                name="target_percent_or_encouraged",
                violation_error_message=_("Nhập phần trăm từ trên 0 đến 100, hoặc chọn khuyến khích."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *levels.LEVEL_CODES]),
                name="target_level_known",
                violation_error_message=_("Cấp học không có trong danh mục."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} · {self.year} {self.level}: {self.label}"

    @property
    def label(self) -> str:
        """'80%' or 'khuyến khích'."""
        if self.percent is None:
            return str(_("khuyến khích"))
        return f"{self.percent.normalize():f}%".replace(".", ",")
