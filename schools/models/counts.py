"""Counts of a school by school year: the known denominators."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools import levels
from schools.models.units import Unit


class Population(models.TextChoices):
    STAFF = "staff", _("Cán bộ, giáo viên, nhân viên")
    MANAGERS = "managers", _("Cán bộ quản lý")
    TEACHERS = "teachers", _("Giáo viên")
    EMPLOYEES = "employees", _("Nhân viên")
    PUPILS = "pupils", _("Học sinh")
    CLASSES = "classes", _("Lớp, nhóm lớp")


class Headcount(models.Model):
    """One count of a school in a school year: its staff (level blank), or pupils or classes of one level.

    These are the known denominators. `school_year` is the year it begins in: 2026 is 2026-2027.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="headcounts", verbose_name=_("đơn vị"))
    school_year = models.PositiveSmallIntegerField(_("năm học bắt đầu"))
    population = models.CharField(_("đếm gì"), max_length=10, choices=Population)
    level = models.CharField(_("cấp học"), max_length=4, blank=True)
    number = models.PositiveIntegerField(_("số lượng"))
    as_of = models.DateField(_("tính đến ngày"), null=True, blank=True)
    source = models.CharField(_("nguồn"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("số liệu năm học")
        verbose_name_plural = _("số liệu năm học")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "school_year", "population", "level"],
                name="headcount_unique",
                violation_error_message=_("Số này đã có cho năm học đó."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *levels.LEVEL_CODES]),
                name="headcount_level_known",
                violation_error_message=_("Cấp học không có trong danh mục."),
            ),
            models.CheckConstraint(
                condition=(Q(population__in=["pupils", "classes"]) & ~Q(level=""))
                | (~Q(population__in=["pupils", "classes"]) & Q(level="")),
                name="headcount_level_only_for_pupils",
                violation_error_message=_("Học sinh và lớp đếm theo cấp học; đội ngũ đếm chung cả trường."),
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.unit} · {self.school_year}-{self.school_year + 1} · {self.population} {self.level}: {self.number}"
        )
