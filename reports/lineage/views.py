"""Pages on which a decision about schools is written down: one school's, or a file of many.

Both first show what would come of it; the lines come back signed with the button that writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from reports.lineage.services import Applied, ChangesRefusedError, apply_changes, try_changes
from schools.imports.problems import RefusedError
from schools.lineage.changes import Change
from schools.lineage.files import read_file
from schools.lineage.forms import FORMS, ChangesFileForm, DecisionForm, schools_to_offer
from schools.lineage.lines import Line, LineProblem, read_lines
from schools.lineage.permissions import can_record_change
from schools.models import Unit, UnitEventKind
from schools.scope import Scope

SALT = "reports.lineage"
DAY = 24 * 60 * 60


def _demand_recorder(request: HttpRequest) -> User:
    if not can_record_change(cast(Scope, request.scope)):  # type: ignore[attr-defined]
        raise PermissionDenied(_("Chỉ quản trị của Sở ghi được biến động của đơn vị."))
    return cast(User, request.user)


def _school(request: HttpRequest, unit_id: int) -> Unit:
    scope = cast(Scope, request.scope)  # type: ignore[attr-defined]
    schools = Unit.objects.visible_to(scope).schools().select_related("commune", "manager")
    return get_object_or_404(schools, pk=unit_id)


@require_safe
def change_choose(request: HttpRequest, unit_id: int) -> HttpResponse:
    unit = _school(request, unit_id)
    _demand_recorder(request)
    acts = [(act, kind.label) for act, (kind, _form) in FORMS.items() if _fits(unit, kind)]
    return render(request, "schools/lineage/choose.html", {"unit": unit, "acts": acts})


def _fits(unit: Unit, kind: UnitEventKind) -> bool:
    """A closed school can only be reopened, and only a closed one."""
    return (kind == UnitEventKind.REOPENED) == (unit.closed_on is not None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_create(request: HttpRequest, unit_id: int, act: str) -> HttpResponse:
    unit = _school(request, unit_id)
    by = _demand_recorder(request)
    if act not in FORMS:
        raise Http404
    kind, form_class = FORMS[act]
    form = form_class(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        lines = form.lines()
        applied, problems = _look(lines, by)
        if not problems:
            return _preview(request, lines, applied, [], unit=unit)
        for problem in problems:
            form.add_error(None, problem.message)
    return render(request, "schools/lineage/change.html", _form_context(unit, kind, form))


def _form_context(unit: Unit, kind: UnitEventKind, form: DecisionForm) -> dict[str, Any]:
    near = schools_to_offer(unit) if "successor" in form.fields else []
    return {"unit": unit, "kind": kind, "title": kind.label, "form": form, "near": near}


@require_http_methods(["GET", "HEAD", "POST"])
def file_new(request: HttpRequest) -> HttpResponse:
    by = _demand_recorder(request)
    form = ChangesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = read_file(form.cleaned_data["file"].read())
        except RefusedError as refused:
            form.add_error("file", refused.problem.message)
        else:
            return _preview(request, lines, *_look(lines, by))
    return render(request, "schools/lineage/file.html", {"form": form})


def _look(lines: Sequence[Line], by: User) -> tuple[list[Applied], list[LineProblem]]:
    """What the lines would do, and every problem of reading and of writing, in the order of the rows."""
    changes, unread = read_lines(lines)
    applied, refused = try_changes(changes=changes, by=by)
    return applied, sorted([*unread, *refused], key=lambda problem: problem.row or 0)


def _preview(
    request: HttpRequest,
    lines: Sequence[Line],
    applied: Sequence[Applied],
    problems: Sequence[LineProblem],
    *,
    unit: Unit | None = None,
) -> HttpResponse:
    signed = signing.dumps([[line.number, line.values] for line in lines], salt=SALT, compress=True)
    context = {"unit": unit, "applied": applied, "problems": problems, "signed": signed, "count": len(lines)}
    return render(request, "schools/lineage/preview.html", context)


@require_POST
def changes_commit(request: HttpRequest) -> HttpResponse:
    by = _demand_recorder(request)
    try:
        signed = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=DAY)
        changes, problems = read_lines(Line(number, values) for number, values in signed)
        if problems:
            raise ChangesRefusedError(problems)
        applied = apply_changes(changes=changes, by=by)
    except signing.BadSignature:
        messages.error(request, _("Bản xem trước đã quá một ngày; hãy xem lại rồi ghi."))
        return redirect("lineage:file_new")
    except ChangesRefusedError as refused:
        messages.error(request, _("Không ghi việc nào: %(why)s") % {"why": refused})
        return redirect("lineage:file_new")
    messages.success(request, _("Đã ghi %(count)s biến động.") % {"count": len(applied)})
    return _after(changes)


def _after(changes: Sequence[Change]) -> HttpResponse:
    """The page of the one school; of a batch the list of units."""
    codes = {code for change in changes for code in change.units}
    unit = Unit.objects.schools().filter(code__in=codes).first() if len(changes) == 1 else None
    return redirect("schools:unit_detail", unit.pk) if unit else redirect("schools:unit_list")
