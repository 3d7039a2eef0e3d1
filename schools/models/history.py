"""What happened to units: decisions, descent, and who managed them and where they stood, by date."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.units import Unit


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

    event = models.ForeignKey(
        UnitEvent, on_delete=models.PROTECT, related_name="successions", verbose_name=_("biến động")
    )
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

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="managements", verbose_name=_("đơn vị"))
    manager = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị quản lý"))

    class Meta:
        verbose_name = _("quản lý theo thời gian")
        verbose_name_plural = _("quản lý theo thời gian")
        constraints = _dated_constraints("management")

    def __str__(self) -> str:
        return f"{self.unit} ← {self.manager}"


class Placement(DatedLink):
    """One span of time in which a school stood in a commune."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="placements", verbose_name=_("đơn vị"))
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã, phường"))

    class Meta:
        verbose_name = _("địa bàn theo thời gian")
        verbose_name_plural = _("địa bàn theo thời gian")
        constraints = _dated_constraints("placement")

    def __str__(self) -> str:
        return f"{self.unit} @ {self.commune}"
