"""What every page of the portal knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.models import Role
from schools.scope import NOBODY, Scope
from schools.selectors import department


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu; `current` is the value of aria-current, blank elsewhere."""

    label: str | Promise
    url: str
    current: str
    counts_waiting: bool = False


# (label, route, the namespaces or routes under which the entry is the current one)
Entry = tuple[str | Promise, str, tuple[str, ...]]
REPORTS: Entry = (_("Báo cáo"), "collection:report_list", ("collection", "review"))
ROUNDS: Entry = (_("Đợt báo cáo"), "rounds:round_list", ("rounds",))
DIRECTIVES: Entry = (_("Văn bản"), "campaigns:directive_list", ("campaigns",))
INDICATORS: Entry = (_("Chỉ tiêu"), "targets:indicator_list", ("targets",))
IMPORT_ROUTES = ("schools:import_new", "schools:import_preview")


def _entries(scope: Scope) -> list[Entry]:
    if scope.is_department:
        entries: list[Entry] = [
            (_("Tổng quan"), "dashboards:dashboard", ("dashboards",)),
            REPORTS,
            ROUNDS,
            (_("Đơn vị"), "schools:unit_list", ("schools",)),
            DIRECTIVES,
            INDICATORS,
        ]
        return [*entries, (_("Nhập dữ liệu"), "schools:import_new", IMPORT_ROUTES)] if scope.is_admin else entries
    if scope.is_commune:
        home: Entry = (_("Trường trong xã"), "dashboards:home", ("dashboards",))
        return [home, REPORTS, ROUNDS, DIRECTIVES, INDICATORS]
    if scope.is_school:
        return [
            (_("Việc cần làm"), "dashboards:home", ("dashboards",)),
            REPORTS,
            DIRECTIVES,
            INDICATORS,
            (_("Hồ sơ trường"), "schools:unit_detail", ("schools",)),
        ]
    return []


def _nav(request: HttpRequest, scope: Scope) -> list[NavItem]:
    match = request.resolver_match
    route, namespace = (match.view_name, match.namespace) if match else ("", "")
    items = []
    for label, name, places in _entries(scope):
        url = reverse(name, args=[scope.unit_id] if name == "schools:unit_detail" else None)
        here = route in places or (namespace in places and route not in IMPORT_ROUTES)
        current = ("page" if request.path == url else "true") if here else ""
        items.append(NavItem(label, url, current, counts_waiting=name == "collection:report_list"))
    return items


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal_name`, the reader's `scope`, `is_local` for what only a demo shows.

    `nav_items`, `role_label` and `department_name` are asked for by the templates that show them.
    """
    scope: Scope = getattr(request, "scope", NOBODY)

    def department_name() -> str:
        found = department()
        return found.name if found else ""

    return {
        "portal_name": settings.PORTAL_NAME,
        "scope": scope,
        "is_local": settings.PORTAL_ENV == "local",
        "nav_items": lambda: _nav(request, scope),
        "role_label": lambda: Role(scope.role).label if scope.role else "",
        "department_name": department_name,
    }
