"""The first page of each reader, the department's dashboard, a commune's page, and the schools behind each figure."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.dashboards import page, school_home
from reports.dashboards.calls import call_list
from reports.dashboards.commune_page import commune_page
from reports.dashboards.filters import Filters
from reports.dashboards.follow_through import follow_through
from reports.dashboards.rounds import RoundChoice, choose_round, round_choices
from reports.dashboards.school_list import STATES, SchoolFilters, rows_of, school_rows
from reports.exports.figures import asked_indicators
from reports.exports.workbook import file_name, round_workbook
from schools.models import Unit
from schools.scope import Scope

PAGE_SIZE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What I have to do: each reader is led to the own first page."""
    scope = _scope(request)
    if scope.is_department:
        return redirect("dashboards:dashboard")
    if scope.is_commune:
        return _commune(request, scope.unit_id)
    if scope.is_school:
        found = school_home.school_home(scope=scope, now=timezone.now())
        return render(request, "dashboards/school_home.html", {"home": found})
    return render(request, "dashboards/no_unit.html")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Are we on target, who is holding us back, what do I do now."""
    scope = _scope(request)
    if scope.is_commune:
        return redirect("dashboards:commune", commune_id=scope.unit_id)
    if not scope.is_department:
        raise PermissionDenied(_("Bảng điều khiển dành cho Sở GDĐT. Việc của trường ở trang Việc cần làm."))
    now, filters = timezone.now(), Filters.read(request.GET)
    choices = round_choices(scope, basis=filters.basis, now=now)
    if not choices and filters.round_id is None:
        return render(request, "dashboards/follow_through.html", {"page": follow_through(scope)})
    chosen = _chosen(choices, filters)
    found = page.dashboard(scope=scope, filters=filters, choices=choices, chosen=chosen, now=now)
    return render(request, "dashboards/dashboard.html", {"page": found})


@require_safe
def commune(request: HttpRequest, commune_id: int) -> HttpResponse:
    """One commune, as its own officer and the department see it."""
    return _commune(request, commune_id)


def _commune(request: HttpRequest, commune_id: int | None) -> HttpResponse:
    scope = _scope(request)
    visible = Unit.objects.visible_to(scope).communes().select_related("manager")
    unit = get_object_or_404(visible, pk=commune_id)
    now, filters = timezone.now(), Filters.read(request.GET)
    choices = round_choices(scope, basis=filters.basis, now=now)
    chosen = _chosen(choices, filters) if choices or filters.round_id else None
    found = commune_page(unit=unit, scope=scope, filters=filters, choices=choices, chosen=chosen, now=now)
    return render(request, "dashboards/commune.html", {"page": found})


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """The schools behind a figure, a page at a time."""
    scope, now, chosen = _staff_only(request), timezone.now(), SchoolFilters.read(request.GET)
    choices = round_choices(scope, basis=chosen.filters.basis, now=now)
    round_ = _chosen(choices, chosen.filters)
    asked = asked_indicators(round_id=round_.id, year=round_.year)
    indicator = next((item for item in asked if item.id == chosen.indicator_id), None)
    rows = school_rows(scope=scope, chosen=chosen, round_id=round_.id, indicator=indicator, now=now)
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "choices": choices,
        "round": round_,
        "asked": asked,
        "indicator": indicator,
        "states": STATES,
        "communes": Unit.objects.visible_to(scope).communes().order_by("name_sort", "id").values_list("id", "name"),
        "page_obj": page_obj,
        "rows": rows_of(list(page_obj)),
    }
    return render(request, "dashboards/schools.html", context)


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Who to call first, a page at a time; a commune calls its own schools."""
    scope, now, filters = _staff_only(request), timezone.now(), Filters.read(request.GET)
    if scope.is_commune:
        filters = replace(filters, commune_id=scope.unit_id)
    choices = round_choices(scope, basis=filters.basis, now=now)
    chosen = _chosen(choices, filters)
    communes = Unit.objects.visible_to(scope).communes().order_by("name_sort", "id")
    context = {
        "filters": filters,
        "choices": choices,
        "round": chosen,
        "communes": communes.values_list("id", "name"),
        "found": call_list(scope=scope, filters=filters, chosen=chosen, page=request.GET.get("page")),
    }
    return render(request, "dashboards/calls.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The round as .xlsx: the figures of the page, and the reports that they come from."""
    scope, now, filters = _staff_only(request), timezone.now(), Filters.read(request.GET)
    chosen = _chosen(round_choices(scope, basis=filters.basis, now=now), filters)
    file = round_workbook(round_id=chosen.id, basis=filters.basis, scope=scope, now=now)
    return FileResponse(file, as_attachment=True, filename=file_name(chosen.name, now))


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def _staff_only(request: HttpRequest) -> Scope:
    scope = _scope(request)
    if not (scope.is_department or scope.is_commune):
        raise PermissionDenied(_("Trang này dành cho Sở GDĐT và UBND xã, phường."))
    return scope


def _chosen(choices: list[RoundChoice], filters: Filters) -> RoundChoice:
    chosen = choose_round(choices, filters.round_id, timezone.now())
    if chosen is None:
        raise Http404(_("Không có đợt báo cáo này."))
    return chosen
