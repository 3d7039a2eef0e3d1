"""Pages of units: the list and one unit."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from schools import school_years, selectors
from schools.accounts.selectors import account_state
from schools.forms import UnitFilterForm
from schools.lineage import selectors as lineage
from schools.lineage.permissions import can_record_change
from schools.models import Unit, UnitKind
from schools.permissions import can_import_schools, can_issue_code, can_issue_codes
from schools.scope import Scope

PAGE_SIZE = 50


def _scope(request: HttpRequest) -> Scope:
    return cast(Scope, request.scope)  # type: ignore[attr-defined]


@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    scope = _scope(request)
    if scope.is_school and scope.unit_id is not None:
        return redirect("schools:unit_detail", unit_id=scope.unit_id)
    form = UnitFilterForm(request.GET, communes=selectors.communes_seen(scope))
    year = school_years.current(timezone.localdate())
    units = selectors.units_with_counts(form.narrow(Unit.objects.visible_to(scope)), school_year=year)
    page = Paginator(units, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "kind": form.cleaned_data.get("kind") or UnitKind.SCHOOL,
        "school_year": school_years.label(year),
        "can_import": can_import_schools(scope),
        "can_issue": can_issue_codes(scope) and form.cleaned_data.get("kind") != UnitKind.OFFICE,
    }
    return render(request, "schools/unit_list.html", context)


@require_safe
def unit_detail(request: HttpRequest, unit_id: int) -> HttpResponse:
    units = Unit.objects.visible_to(_scope(request)).select_related("manager", "commune")
    unit = get_object_or_404(units, pk=unit_id)
    can_issue = can_issue_code(_scope(request), unit)
    context = {
        "unit": unit,
        "years": selectors.headcount_years(unit) if unit.kind == UnitKind.SCHOOL else [],
        "managements": unit.managements.select_related("manager").order_by("-from_on", "-pk"),
        "placements": unit.placements.select_related("commune").order_by("-from_on", "-pk"),
        "events": lineage.events_of(unit),
        "inheritances": lineage.inheritances_of(unit),
        "successors": lineage.successors_of(unit) if unit.closed_on else [],
        "can_record": unit.kind == UnitKind.SCHOOL and can_record_change(_scope(request)),
        "members": selectors.members_of(unit),
        "school_count": Unit.objects.schools().filter(commune=unit).count() if unit.kind == UnitKind.COMMUNE else 0,
        "can_issue": can_issue,
        "account": account_state(unit, now=timezone.now()) if can_issue else None,
        "is_own": unit.pk == _scope(request).unit_id,
    }
    return render(request, "schools/unit_detail.html", context)
