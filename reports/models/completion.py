"""Computed rates, and what is waiting to be computed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.models.reports import Report
from reports.models.rounds import Round
from schools import levels
from schools.models import Unit
from targets.completion import Completion
from targets.models import Indicator


class Basis(models.TextChoices):
    PROVISIONAL = "provisional", _("Tạm tính")
    OFFICIAL = "official", _("Chính thức")


class Grouping(models.TextChoices):
    WHOLE = "whole", _("Toàn bộ")
    PLACE = "place", _("Theo xã, phường")
    MANAGER = "manager", _("Theo đơn vị quản lý")


class CompletionRate(models.Model):
    """One indicator of one round at one level (blank: all) over one group of schools, summed from the rows.

    Grouping `whole` has the round's receiver as unit; `place` a commune, `manager` who manages the
    schools. Never incremented: always written whole by `completion.services`. `computed_at` is when the row
    was last found changed, of a `whole` row when the round was last computed. The keys are checked
    by `check_integrity` against a fresh sum, and not by the database row by row at each writing.
    """

    round = models.ForeignKey(
        Round,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="completion_rates",
        verbose_name=_("đợt"),
    )
    basis = models.CharField(_("cơ sở tính"), max_length=11, choices=Basis)
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="completion_rates",
        verbose_name=_("chỉ tiêu"),
    )
    level = models.CharField(_("cấp học"), max_length=4, blank=True)
    grouping = models.CharField(_("gộp theo"), max_length=8, choices=Grouping)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="completion_rates",
        verbose_name=_("đơn vị"),
    )
    expected = models.PositiveIntegerField(_("phải báo cáo"))
    counted = models.PositiveIntegerField(_("được tính"))
    numerator = models.PositiveBigIntegerField(_("số đạt"))
    denominator = models.PositiveBigIntegerField(_("tổng số"))
    silent_denominator = models.PositiveBigIntegerField(_("tổng số của đơn vị chưa báo cáo"))
    silent_unknown = models.PositiveIntegerField(_("đơn vị chưa rõ tổng số"))
    computed_at = models.DateTimeField(_("tính lúc"))

    class Meta:
        verbose_name = _("tỷ lệ hoàn thành")
        verbose_name_plural = _("tỷ lệ hoàn thành")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "basis", "grouping", "unit", "indicator", "level"],
                name="completion_unique",
                violation_error_message=_("Tỷ lệ này đã được tính."),
            ),
            models.CheckConstraint(
                condition=Q(counted__lte=F("expected"), numerator__lte=F("denominator")),
                name="completion_in_range",
                violation_error_message=_("Số được tính vượt quá tổng số."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *levels.LEVEL_CODES]),
                name="completion_level_known",
                violation_error_message=_("Cấp học không có trong danh mục."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.level} · {self.unit}: {self.numerator}/{self.denominator}"

    @property
    def completion(self) -> Completion:
        return Completion(
            self.expected,
            self.counted,
            self.numerator,
            self.denominator,
            self.silent_denominator,
            self.silent_unknown,
        )


class CompletionPart(models.Model):
    """What the schools of one manager in one commune sum to, for one indicator of a round and one level (blank: all).

    The step between the rows and the rates: after one submission its commune's parts are summed anew
    from the rows, and everything above from parts and communes. Raw sums: "at least one in each commune"
    is judged in the rates. Without database constraints on its keys, for it is rewritten whole and read nowhere else.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    commune = models.ForeignKey(
        Unit, null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    manager = models.ForeignKey(
        Unit, null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    level = models.CharField(max_length=4, blank=True)
    expected = models.PositiveIntegerField()
    provisional_counted = models.PositiveIntegerField()
    provisional_numerator = models.PositiveBigIntegerField()
    provisional_denominator = models.PositiveBigIntegerField()
    provisional_silent = models.PositiveBigIntegerField()
    provisional_unknown = models.PositiveIntegerField()
    official_counted = models.PositiveIntegerField()
    official_numerator = models.PositiveBigIntegerField()
    official_denominator = models.PositiveBigIntegerField()
    official_silent = models.PositiveBigIntegerField()
    official_unknown = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("phần của tỷ lệ")
        verbose_name_plural = _("phần của tỷ lệ")
        indexes = [
            models.Index(fields=["round", "commune"], name="completion_part_commune"),
            models.Index(fields=["round", "manager"], name="completion_part_manager"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} · {self.commune_id} · {self.manager_id} · {self.indicator_id} {self.level}"


class CompletionDue(models.Model):
    """One note that a round's rates are out of date; a task drains the notes, the database keeps them."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="completion_due", verbose_name=_("đợt"))
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("báo cáo")
    )
    noted_at = models.DateTimeField(default=timezone.now, verbose_name=_("ghi lúc"))

    class Meta:
        verbose_name = _("tỷ lệ cần tính lại")
        verbose_name_plural = _("tỷ lệ cần tính lại")

    def __str__(self) -> str:
        return f"{self.round} · {self.noted_at:%d/%m/%Y %H:%M:%S}"
