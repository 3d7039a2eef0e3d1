"""Who works where, in which role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.units import Unit


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
