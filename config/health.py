"""Whether the portal lives, and whether it can serve."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 with what is missing; the parts are named, never their addresses."""
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(
        {name: "ok" if ok else "unavailable" for name, ok in parts.items()}, status=200 if all(parts.values()) else 503
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Exception:  # noqa: BLE001 - any failure at all means: not ready
        return False


def _cache_answers() -> bool:
    try:
        # What stands in for Redis while it is away must not hide that it is.
        if (answers := getattr(cache, "answers", None)) is not None:
            return bool(answers())
        cache.get("readyz")
    except Exception:  # noqa: BLE001 - any failure at all means: not ready
        return False
    return True
