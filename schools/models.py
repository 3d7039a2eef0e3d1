"""The tree of organisation units, their history, their counts by school year, and who works in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
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
    name_folded = models.CharField(max_length=250, editable=False, db_index=True)
    name_sort = models.CharField(max_length=1000, editable=False, db_index=True)
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


class UnitEventKind(models.TextChoices):
    OPENED = "opened", _("Thành lập")
    RENAMED = "renamed", _("Đổi tên")
    MERGED = "merged", _("Sáp nhập")
    SPLIT = "split", _("Chia tách")
    MOVED = "moved", _("Chuyển địa bàn")
    REASSIGNED = "reassigned", _("Chuyển đơn vị quản lý")
    RELEVELLED = "relevelled", _("Đổi cấp học")
    CLOSED = "closed", _("Giải thể")
    REOPENED = "reopened", _("Hoạt động trở lại")


class UnitEvent(models.Model):
    """One decision that changed a unit: what, from which day, by which document."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events", verbose_name=_("đơn vị"))
    kind = models.CharField(_("việc"), max_length=12, choices=UnitEventKind)
    effective_on = models.DateField(_("hiệu lực từ ngày"))
    decision_number = models.CharField(_("số quyết định"), max_length=80, blank=True)
    decision_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    before = models.JSONField(_("trước"), default=dict, blank=True)
    after = models.JSONField(_("sau"), default=dict, blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )

    class Meta:
        verbose_name = _("biến động đơn vị")
        verbose_name_plural = _("biến động đơn vị")
        ordering = ["effective_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit} · {self.effective_on:%d/%m/%Y}"


class Succession(models.Model):
    """One line of descent: this unit took over (part of) that one by this event."""

    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="successions")
    predecessor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions", verbose_name=_("đơn vị trước")
    )
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="inheritances", verbose_name=_("đơn vị kế tục")
    )

    class Meta:
        verbose_name = _("kế tục")
        verbose_name_plural = _("kế tục")
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_unique",
                violation_error_message=_("Hai đơn vị này đã được ghi là kế tục nhau."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_two_units",
                violation_error_message=_("Đơn vị kế tục phải khác đơn vị trước."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class DatedLink(models.Model):
    """A fact about a unit that holds from a day until (not including) another."""

    from_on = models.DateField(_("từ ngày"), null=True, blank=True)
    until_on = models.DateField(_("đến trước ngày"), null=True, blank=True)
    decision_number = models.CharField(_("số quyết định"), max_length=80, blank=True)

    class Meta:
        abstract = True


def _dated_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=["unit"],
            condition=Q(until_on__isnull=True),
            name=f"{name}_one_open",
            violation_error_message=_("Đơn vị đã có một dòng đang có hiệu lực."),
        ),
        models.CheckConstraint(
            condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gt=F("from_on")),
            name=f"{name}_dates_in_order",
            violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
        ),
    ]


class Management(DatedLink):
    """One span of time in which a unit was managed by another."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="managements")
    manager = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị quản lý"))

    class Meta:
        verbose_name = _("quản lý theo thời gian")
        verbose_name_plural = _("quản lý theo thời gian")
        constraints = _dated_constraints("management")

    def __str__(self) -> str:
        return f"{self.unit} ← {self.manager}"


class Placement(DatedLink):
    """One span of time in which a school stood in a commune."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="placements")
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã, phường"))

    class Meta:
        verbose_name = _("địa bàn theo thời gian")
        verbose_name_plural = _("địa bàn theo thời gian")
        constraints = _dated_constraints("placement")

    def __str__(self) -> str:
        return f"{self.unit} @ {self.commune}"


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


class Role(models.TextChoices):
    DEPARTMENT_ADMIN = "department_admin", _("Quản trị Sở")
    OFFICER = "officer", _("Chuyên viên phòng")
    COMMUNE_OFFICER = "commune_officer", _("Cán bộ xã, phường")
    PRINCIPAL = "principal", _("Hiệu trưởng")
    SCHOOL_STAFF = "school_staff", _("Cán bộ nhà trường")
    VIEWER = "viewer", _("Người xem")


class Membership(models.Model):
    """One person's work in one unit, in one role, for a time; a user has at most one that is open."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("tài khoản")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    started_at = models.DateTimeField(_("từ"), default=timezone.now)
    ended_at = models.DateTimeField(_("đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("vai trò trong đơn vị")
        verbose_name_plural = _("vai trò trong đơn vị")
        indexes = [models.Index(fields=["unit", "role"], name="membership_unit_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="membership_one_open",
                violation_error_message=_("Tài khoản này đang có vai trò ở một đơn vị."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="membership_dates_in_order",
                violation_error_message=_("Ngày thôi phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"


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


class SchoolImport(models.Model):
    """One list that an administrator brought in: the file, what was understood, what was decided."""

    class State(models.TextChoices):
        READING = "reading", _("Đang đọc")
        PREVIEW = "preview", _("Chờ xác nhận")
        COMMITTING = "committing", _("Đang ghi")
        COMMITTED = "committed", _("Đã nhập")
        FAILED = "failed", _("Không nhập được")
        CANCELLED = "cancelled", _("Đã bỏ")
        UNDONE = "undone", _("Đã hoàn tác")

    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.READING)
    file = models.FileField(_("tệp"), upload_to="imports/%Y/%m/")
    original_name = models.CharField(_("tên tệp"), max_length=250)
    sha256 = models.CharField(_("băm của tệp"), max_length=64)
    school_year = models.PositiveSmallIntegerField(_("năm học bắt đầu"))
    sheet = models.CharField(_("trang tính"), max_length=120, blank=True)
    mapping = models.JSONField(_("ghép cột"), default=dict, blank=True)
    decisions = models.JSONField(_("sửa và bỏ qua"), default=dict, blank=True)
    outcome = models.JSONField(_("kết quả"), default=dict, blank=True)
    created_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người tải")
    )
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lần nhập danh mục")
        verbose_name_plural = _("lần nhập danh mục")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.original_name} · {self.created_at:%d/%m/%Y %H:%M}"
