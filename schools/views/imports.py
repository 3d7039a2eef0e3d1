"""Pages that bring in a list of schools: upload, look, correct, write, undo."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import User
from schools import school_years
from schools.forms import FixCellForm, SchoolListUploadForm
from schools.imports import decisions, jobs, mappings, stored_preview, table, undo
from schools.imports.errors_workbook import write_errors
from schools.imports.problems import RefusedError
from schools.imports.stored_preview import ImportBlockedError, StoredPreview
from schools.models import SchoolImport
from schools.permissions import can_import_schools
from schools.scope import Scope

State = SchoolImport.State
PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUSY = (State.READING, State.QUEUED, State.COMMITTING)


def require_importer(request: HttpRequest) -> User:
    scope = cast(Scope, request.scope)  # type: ignore[attr-defined]
    if not can_import_schools(scope):
        raise PermissionDenied(_("Chỉ quản trị của Sở nhập được danh mục trường."))
    return cast(User, request.user)


def the_import(import_id: int) -> SchoolImport:
    return get_object_or_404(SchoolImport.objects.select_related("created_by", "undone_by"), pk=import_id)


def _back(request: HttpRequest, item: SchoolImport) -> HttpResponse:
    """To the view and the page of the preview from which something was asked."""
    query = {name: request.POST[name] for name in ("xem", "page") if request.POST.get(name)}
    address = reverse("schools:import_preview", args=[item.pk])
    return redirect(f"{address}?{urlencode(query)}#h-rows" if query else address)


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    by = require_importer(request)
    form = SchoolListUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            item = jobs.save_upload(
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
    """The page of one upload in whatever state it is; while a worker has it, what is asked for is how far it is."""
    require_importer(request)
    item = the_import(import_id)
    if item.state in BUSY:
        whole = "schools/_import_progress.html" if request.htmx else "schools/import_progress.html"  # type: ignore[attr-defined]
        return render(request, whole, {"item": item, "done": jobs.progress(item)})
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    if item.state != State.PREVIEW:
        return render(request, "schools/import_outcome.html", {"item": item, "rows": item.outcome.get("rows")})
    try:
        stored = stored_preview.load(item)
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
        return redirect("schools:import_new")
    view = request.GET.get("xem", table.default_view(stored.head.counts))
    if view not in stored_preview.VIEWS:
        raise Http404
    context = _preview_context(stored, view, request.GET.get("page"))
    return render(request, "schools/import_preview.html", {"item": item, **context})


def _preview_context(stored: StoredPreview, view: str, number: str | None) -> dict[str, Any]:
    head = stored.head
    page = Paginator(stored.rows(view), PAGE_SIZE).get_page(number)
    shown = list(page.object_list)
    is_table = view not in ("missing", "skipped")
    columns = table.columns_named(head.columns[view]) if is_table else []
    rows = [table.view_row(head.mapping, row, columns, head.repeats) for row in shown] if is_table else []
    by_letter = {place: name for name, place in head.letters.items()}
    return {
        "preview": head,
        "view": view,
        "page_obj": page,
        "columns": columns,
        "rows": rows,
        "others": [] if is_table else shown,
        "school_year": school_years.label(head.school_year),
        "titles": [(place, title, by_letter.get(place, "")) for place, title in head.titles],
        "fields": table.LABELS,
    }


@require_safe
def import_errors(request: HttpRequest, import_id: int) -> HttpResponse:
    require_importer(request)
    item = the_import(import_id)
    try:
        errors = stored_preview.load(item).errors()
    except ImportBlockedError as blocked:
        raise Http404(str(blocked)) from None
    response = HttpResponse(write_errors(errors), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="dong-loi-{item.pk}.xlsx"'
    return response


@require_POST
def import_mapping(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    chosen = {name.removeprefix("c_"): value for name, value in request.POST.items() if name.startswith("c_")}
    try:
        by_field = mappings.check({place: name for place, name in chosen.items() if name in table.LABELS})
        titles = stored_preview.load(item).head.titles
        jobs.change_reading(item=item, by=by, action="import.map", mapping=by_field)
        if "keep" in request.POST:
            mappings.keep(titles=titles, chosen=by_field, by=by)
    except (mappings.MappingError, ImportBlockedError) as blocked:
        messages.error(request, str(blocked))
    else:
        messages.success(request, _("Đã ghép lại cột."))
    return _back(request, item)


@require_POST
def import_fix(request: HttpRequest, import_id: int) -> HttpResponse:
    """Put a cell right, or with its key all the cells in which the same is wrong."""
    by = require_importer(request)
    item = the_import(import_id)
    form = FixCellForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy ghi giá trị đúng của ô."))
        return _back(request, item)
    asked = form.cleaned_data
    try:
        rows = stored_preview.load(item).same_as(asked["key"]) if asked["key"] else [asked["row"]]
        chosen = item.decisions
        for row in rows:
            chosen = decisions.fix_cell(chosen, row=row, field=asked["field"], text=asked["text"])
        jobs.change_reading(item=item, by=by, action="import.fix", decisions=chosen)
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
    return _back(request, item)


@require_POST
def import_skip(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    row = request.POST.get("row", "")
    if not row.isdecimal():
        raise Http404
    decide = decisions.take_row if "take" in request.POST else decisions.skip_row
    try:
        jobs.change_reading(item=item, by=by, action="import.skip", decisions=decide(item.decisions, row=int(row)))
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
    return _back(request, item)


@require_POST
def import_commit(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    expected = request.POST.get("expected", "")
    try:
        jobs.queue_commit(
            item=item,
            by=by,
            skip_errors="skip_errors" in request.POST,
            expected=int(expected) if expected.isdecimal() else None,
        )
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
    return redirect("schools:import_preview", import_id=item.pk)


@require_POST
def import_stop(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    try:
        stopped = jobs.stop_commit(item=item, by=by)
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
    else:
        told = _("Đã dừng; không có gì được ghi.") if stopped else _("Đang dừng; không có gì được ghi khi đã dừng.")
        messages.success(request, told)
    return redirect("schools:import_preview", import_id=item.pk)


@require_POST
def import_again(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    try:
        jobs.look_again(item=item, by=by)
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
    return redirect("schools:import_preview", import_id=item.pk)


@require_POST
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    try:
        jobs.cancel_import(item=item, by=by)
    except ImportBlockedError as blocked:
        messages.error(request, str(blocked))
        return redirect("schools:import_preview", import_id=item.pk)
    messages.success(request, _("Đã bỏ danh mục “%s”; không có gì được ghi.") % item.original_name)
    return redirect("schools:import_new")


@require_POST
def import_undo(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    try:
        units = undo.undo_import(school_import=item, by=by)
    except undo.UndoRefusedError as refused:
        return render(request, "schools/import_undo_refused.html", {"item": item, "reasons": refused.reasons[:50]})
    messages.success(request, _("Đã hoàn tác: %s trường trở lại như trước khi nhập.") % units)
    return redirect("schools:import_preview", import_id=item.pk)
