"""What every page of the portal knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal_name`, the reader's `scope`, and `is_local` for what only a demo shows."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "scope": getattr(request, "scope", None),
        "is_local": settings.PORTAL_ENV == "local",
    }
