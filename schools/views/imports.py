"""Pages that bring in a list of schools: upload, look, correct, write, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from schools import school_years
from schools.forms import SchoolListUploadForm
from schools.imports import commit, table
from schools.imports.preview import Preview
from schools.imports.problems import RefusedError
from schools.models import SchoolImport
from schools.permissions import can_import_schools
from schools.scope import Scope

PAGE_SIZE = 50


def _require_importer(request: HttpRequest) -> User:
    scope = cast(Scope, request.scope)  # type: ignore[attr-defined]
    if not can_import_schools(scope):
        raise PermissionDenied(_("Chỉ quản trị của Sở nhập được danh mục trường."))
    return cast(User, request.user)


def _import(import_id: int) -> SchoolImport:
    return get_object_or_404(SchoolImport.objects.select_related("created_by"), pk=import_id)


def import_new(request: HttpRequest) -> HttpResponse:
    by = _require_importer(request)
    form = SchoolListUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            item = commit.save_upload(
                name=file.name,
                content=file.read(),
                school_year=form.cleaned_data["school_year"],
                sheet=form.cleaned_data["sheet"],
                by=by,
            )
        except RefusedError as refused:
            form.add_error("file", refused.problem.message)
        else:
            return redirect("schools:import_preview", import_id=item.pk)
    recent = SchoolImport.objects.select_related("created_by").order_by("-pk")[:10]
    return render(request, "schools/import_new.html", {"form": form, "recent": recent})


@require_safe
def import_preview(request: HttpRequest, import_id: int) -> HttpResponse:
    _require_importer(request)
    item = _import(import_id)
    if item.state != SchoolImport.State.PREVIEW:
        return render(request, "schools/import_outcome.html", {"item": item, "rows": item.outcome.get("rows")})
    try:
        preview = commit.preview_import(item)
    except commit.ImportBlockedError as blocked:
        messages.error(request, str(blocked))
        return redirect("schools:import_new")
    view = request.GET.get("xem", table.default_view(preview))
    if view not in ("", *table.VIEWS):
        raise Http404
    context = _preview_context(preview, view, request.GET.get("page"))
    return render(request, "schools/import_preview.html", {"item": item, **context})


def _preview_context(preview: Preview, view: str, number: str | None) -> dict[str, Any]:
    rows = table.rows_of(preview, view)
    shown: Sequence[Any] = preview.missing if view == "missing" else rows
    page = Paginator(shown, PAGE_SIZE).get_page(number)
    columns = table.columns_of(preview, rows)
    return {
        "preview": preview,
        "view": view,
        "columns": columns,
        "page_obj": page,
        "rows": [] if view == "missing" else [table.view_row(preview, row, columns) for row in page],
        "school_year": school_years.label(preview.school_year),
        "labels": table.LABELS,
    }


@require_POST
def import_commit(request: HttpRequest, import_id: int) -> HttpResponse:
    by = _require_importer(request)
    item = _import(import_id)
    expected = request.POST.get("expected", "")
    try:
        written = commit.commit_import(
            item=item,
            by=by,
            skip_errors="skip_errors" in request.POST,
            expected=int(expected) if expected.isdigit() else None,
        )
    except commit.ImportBlockedError as blocked:
        messages.error(request, str(blocked))
        return redirect("schools:import_preview", import_id=item.pk)
    total = written.new + written.changed
    done = ngettext("Đã nhập %(total)s dòng", "Đã nhập %(total)s dòng", total) % {"total": total}
    parts = _("%(new)s trường mới, %(changed)s trường thay đổi") % {"new": written.new, "changed": written.changed}
    messages.success(request, f"{done}: {parts}.")
    return redirect("schools:import_preview", import_id=item.pk)


@require_POST
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    by = _require_importer(request)
    item = _import(import_id)
    try:
        commit.cancel_import(item=item, by=by)
    except commit.ImportBlockedError as blocked:
        messages.error(request, str(blocked))
        return redirect("schools:import_preview", import_id=item.pk)
    messages.success(request, _("Đã bỏ danh mục “%s”; không có gì được ghi.") % item.original_name)
    return redirect("schools:import_new")
