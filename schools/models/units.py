"""Organisation units, and the rules by which a document names some of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schools import levels, text
from schools.querysets import UnitQuerySet


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", _("Sở Giáo dục và Đào tạo")
    OFFICE = "office", _("Phòng thuộc Sở")
    COMMUNE = "commune", _("UBND xã, phường, đặc khu")
    SCHOOL = "school", _("Cơ sở giáo dục")


class Ownership(models.TextChoices):
    PUBLIC = "public", _("Công lập")
    PRIVATE = "private", _("Tư thục")
    PEOPLE_FOUNDED = "people_founded", _("Dân lập")


class Unit(models.Model):
    """One organisation: the department, an office of it, a commune or a school.

    `manager` and `commune` are who manages it and where it stands today; their history, with
    dates and decisions, is in Management and Placement, and only services write the pair.
    """

    kind = models.CharField(_("loại đơn vị"), max_length=12, choices=UnitKind)
    code = models.CharField(_("mã"), max_length=30)
    name = models.CharField(_("tên"), max_length=250)
    short_name = models.CharField(_("tên ngắn"), max_length=120, blank=True)
    name_folded = models.CharField(max_length=250, editable=False, db_index=True, verbose_name=_("tên để tìm"))
    name_sort = models.CharField(max_length=1000, editable=False, db_index=True, verbose_name=_("khóa xếp tên"))
    manager = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed_units",
        verbose_name=_("đơn vị quản lý"),
    )
    commune = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="placed_units",
        verbose_name=_("xã, phường nơi đặt"),
    )
    levels = models.PositiveSmallIntegerField(_("cấp học"), default=0)
    ownership = models.CharField(_("loại hình"), max_length=16, choices=Ownership, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    email = models.EmailField(_("thư điện tử đơn vị"), blank=True)
    phone = models.CharField(_("điện thoại đơn vị"), max_length=30, blank=True)
    opened_on = models.DateField(_("hoạt động từ ngày"), null=True, blank=True)
    closed_on = models.DateField(
        _("thôi hoạt động từ ngày"), null=True, blank=True, help_text=_("Ngày đầu tiên không còn hoạt động.")
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["name_sort"]
        indexes = [
            models.Index(fields=["kind", "name_sort"], name="unit_kind_name"),
            models.Index(fields=["kind", "commune"], name="unit_kind_commune"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="unit_code_unique",
                violation_error_message=_("Mã này đã thuộc về một đơn vị khác."),
            ),
            models.CheckConstraint(
                condition=Q(levels__gte=0, levels__lte=levels.ALL_LEVELS),
                name="unit_levels_known",
                violation_error_message=_("Cấp học không có trong danh mục."),
            ),
            models.CheckConstraint(
                condition=Q(kind="school", levels__gt=0) | (~Q(kind="school") & Q(levels=0)),
                name="unit_only_schools_have_levels",
                violation_error_message=_("Cơ sở giáo dục phải có ít nhất một cấp học; đơn vị khác không có cấp học."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(opened_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="unit_closes_after_opening",
                violation_error_message=_("Ngày thôi hoạt động phải sau ngày bắt đầu hoạt động."),
            ),
            models.CheckConstraint(
                condition=~Q(manager=F("id")),
                name="unit_not_own_manager",
                violation_error_message=_("Một đơn vị không thể tự quản lý mình."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_derived()
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "name_folded", "name_sort"}
        super().save(*args, **kwargs)

    def fill_derived(self) -> None:
        """The one place that fills the folded name and the sort key; bulk writers call it too."""
        self.name = text.clean(self.name)
        self.name_folded = text.fold(self.name)
        self.name_sort = text.sort_key(self.name)

    @property
    def level_codes(self) -> list[str]:
        return levels.to_codes(self.levels)

    @property
    def levels_label(self) -> str:
        return levels.label(self.levels)

    @property
    def is_directly_managed(self) -> bool:
        """Trực thuộc Sở."""
        return self.manager is not None and self.manager.kind == UnitKind.DEPARTMENT

    def exists_on(self, day: date) -> bool:
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or day < self.closed_on)


def fill_derived(units: Iterable[Unit]) -> None:
    """Prepare units for bulk_create or bulk_update."""
    for unit in units:
        unit.fill_derived()


class ManagedBy(models.TextChoices):
    ANYONE = "", _("Bất kỳ")
    DEPARTMENT = "department", _("Trực thuộc Sở")
    COMMUNE = "commune", _("Do xã, phường quản lý")
    OUTSIDE = "outside", _("Ngoài ngành quản lý")


class AudienceRule(models.Model):
    """A group of units as a document names it: a kind, some levels, who manages them, where they are.

    All filled conditions hold together; several rules of one document add up. `levels` 0 is any level.
    """

    wording = models.CharField(_("theo lời văn bản"), max_length=300)
    unit_kind = models.CharField(_("loại đơn vị"), max_length=12, choices=UnitKind)
    levels = models.PositiveSmallIntegerField(_("có một trong các cấp học"), default=0)
    managed_by = models.CharField(_("do ai quản lý"), max_length=12, choices=ManagedBy, blank=True)
    commune = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("chỉ trong xã, phường")
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("đích danh")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.wording

    @property
    def level_codes(self) -> list[str]:
        return levels.to_codes(self.levels)
