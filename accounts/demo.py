"""The accounts of the demo, named once: the loader makes them, the sign-in page of a local portal lists them."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

DEMO_PASSWORD = "thu-nghiem-2026"  # noqa: S105 - made for a local demo and refused nowhere else
DEMO_USERS: dict[str, str | Promise] = {
    "quantri": _("Quản trị Sở"),
    "chuyenvien": _("Chuyên viên phòng"),
    "xa": _("Cán bộ xã, phường"),
    "hieutruong": _("Hiệu trưởng"),
    "nhanvien": _("Cán bộ nhà trường"),
    "nguoixem": _("Người xem"),
}


def demo_accounts() -> list[tuple[str, str | Promise]]:
    """(username, role) of the demo users that exist; none outside a local portal."""
    if settings.PORTAL_ENV != "local":
        return []
    there = set(User.objects.filter(username__in=DEMO_USERS, is_active=True).values_list("username", flat=True))
    return [(username, role) for username, role in DEMO_USERS.items() if username in there]
