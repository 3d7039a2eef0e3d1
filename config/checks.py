"""System checks that stop a production start which would not be safe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def production_is_safe(**kwargs: Any) -> list[CheckMessage]:
    if settings.PORTAL_ENV != "production":
        return []
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.LOCAL_SECRET_KEY or len(settings.SECRET_KEY) < 32:
        found.append(Error("SECRET_KEY chưa đặt hoặc ngắn hơn 32 ký tự.", id="portal.E001"))
    if settings.DEBUG:
        found.append(Error("DEBUG phải tắt khi vận hành.", id="portal.E002"))
    if str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
        found.append(Error("DATABASE_URL phải trỏ tới PostgreSQL khi vận hành.", id="portal.E003"))
    if not settings.REDIS_URL:
        found.append(Error("REDIS_URL chưa đặt.", id="portal.E004"))
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS phải nêu rõ tên miền.", id="portal.E005"))
    if not settings.EMAIL_CONFIGURED:
        found.append(Error("EMAIL_URL chưa đặt: thư đôn đốc sẽ không đi đâu.", id="portal.E006"))
    return found
