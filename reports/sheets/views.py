"""Reports as Excel workbooks: take one away, bring it back filled in, look, then save or submit."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.collection import form_spec, selectors
from reports.collection.errors import ReasonMissing
from reports.collection.forms import BehalfForm
from reports.collection.requests import PortalRequest
from reports.collection.services import closed_reason
from reports.exports.workbook import file_name
from reports.models import Round
from reports.rounds import wording
from reports.sheets import filling, kept, pages, permissions, services
from reports.sheets.comparing import Comparison, compare_book
from reports.sheets.forms import WorkbookForm
from reports.sheets.many_schools import write_list
from reports.sheets.marking import marked_book
from reports.sheets.one_school import write_form
from reports.sheets.reading import read_book
from reports.sheets.selectors import fillable_reports
from schools.imports.problems import RefusedError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def report_download(request: PortalRequest, report_id: int) -> HttpResponse:
    """The workbook of one report, filled in as its form is."""
    report = get_object_or_404(selectors.reports_of(request.scope).defer(None), pk=report_id)
    if not permissions.can_enter_report(request.scope, report):
        raise PermissionDenied(_("Chỉ đơn vị phải báo cáo và cán bộ được nhập thay mới lấy được biểu mẫu này."))
    now = timezone.now()
    if reason := closed_reason(report, now):
        messages.warning(request, reason)
        return redirect("collection:report_form", report.pk)
    form = form_spec.form_of_draft(report, report.draft)
    about = filling.sheet_round(report.round, filling.due_words(report, now))
    content = write_form(about, filling.sheet_report(report, report.draft, form))
    return _xlsx(content, file_name(f"{report.round.name} {report.unit.name}", now))


@require_safe
def round_download(request: PortalRequest, round_id: int) -> HttpResponse:
    """One workbook of all the reports of a round that the reader may fill in and that are still open."""
    _require(request)
    rounds = Round.objects.visible_to(request.scope).select_related("campaign")
    round_ = get_object_or_404(rounds, pk=round_id)
    now = timezone.now()
    reports = fillable_reports(request.scope, round_, now, commune=request.GET.get("xa", ""))
    found = [filling.sheet_report(report, report.draft, form) for report, form in filling.forms_of(round_, reports)]
    if not found:
        messages.warning(request, _("Không còn báo cáo nào đang mở mà bạn điền được trong đợt này."))
        return redirect("sheets:book_upload")
    if len(found) == 1:
        return redirect("sheets:report_download", found[0].report_id)
    due = wording.rule_words(round_.deadline_on, round_.deadline_rule, round_.deadline_time)
    about = filling.sheet_round(round_, due)
    return _xlsx(write_list(about, found), file_name(f"{round_.name} {len(found)} truong", now))


@require_http_methods(["GET", "HEAD", "POST"])
def book_upload(request: PortalRequest) -> HttpResponse:
    """Send a workbook; what it says is kept and shown, and nothing is saved yet."""
    _require(request)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = kept.new_book(book=read_book(file.read()), name=file.name or "", user_id=request.user.pk)
        except RefusedError as refused:
            form.add_error("file", refused.problem.message)
        else:
            if _compared(request, found).lines:
                kept.keep_book(found)
                return redirect("sheets:book_preview", found.key)
            form.add_error("file", _("Tệp không có báo cáo nào mà bạn được điền."))
    rounds = selectors.rounds_to_choose(request.scope).filter(state="open")
    commune = request.GET.get("xa", "")
    context = {"form": form, "rounds": rounds, "commune": commune if commune.isdecimal() else ""}
    return render(request, "sheets/book_upload.html", context)


@require_safe
def book_preview(request: PortalRequest, key: UUID) -> HttpResponse:
    found = _kept(request, key)
    return render(request, "sheets/book_preview.html", _preview(request, found, BehalfForm()))


@require_POST
def book_save(request: PortalRequest, key: UUID) -> HttpResponse:
    return _act(request, key, services.save_book, _said_saved)


@require_POST
def book_submit(request: PortalRequest, key: UUID) -> HttpResponse:
    return _act(request, key, services.submit_book, _said_submitted)


@require_safe
def book_errors(request: PortalRequest, key: UUID) -> HttpResponse:
    """The workbook as it was sent, with what is wrong in its cells."""
    found, now = _kept(request, key), timezone.now()
    content = marked_book(found, _compared(request, found), now)
    if content is None:
        raise Http404
    return _xlsx(content, file_name(f"can sua {found.name.rpartition('.')[0]}", now))


@require_POST
def book_drop(request: PortalRequest, key: UUID) -> HttpResponse:
    kept.drop_book(_kept(request, key))
    messages.success(request, _("Đã bỏ tệp; bản nháp và báo cáo đã nộp giữ nguyên."))
    return redirect("sheets:book_upload")


def _require(request: PortalRequest) -> None:
    if not permissions.can_use_workbooks(request.scope):
        raise PermissionDenied(_("Chỉ người được điền báo cáo mới dùng biểu mẫu Excel."))


def _kept(request: PortalRequest, key: UUID) -> kept.KeptBook:
    _require(request)
    found = kept.load_book(key, user_id=request.user.pk)
    if found is None:
        raise Http404
    return found


def _compared(request: PortalRequest, found: kept.KeptBook) -> Comparison:
    return compare_book(found, scope=request.scope, user=request.user, now=timezone.now())


def _preview(request: PortalRequest, found: kept.KeptBook, form: BehalfForm) -> dict[str, object]:
    view, number = request.GET.get("xem", ""), request.GET.get("page")
    return pages.preview_page(found, _compared(request, found), view=view, number=number) | {"form": form}


Service = Callable[..., services.Outcome]


def _act(request: PortalRequest, key: UUID, act: Service, said: Callable[[services.Outcome], str]) -> HttpResponse:
    """Do it for every report that can be, say what was done and what was not; the hour is that of arrival."""
    arrived, found, form = timezone.now(), _kept(request, key), BehalfForm(request.POST)
    form.is_valid()
    chosen = set(request.POST.getlist("overwrite"))
    try:
        outcome = act(
            kept=found,
            by=request.user,
            scope=request.scope,
            chosen=chosen,
            reason=form.cleaned_data.get("why", ""),
            now=arrived,
        )
    except ReasonMissing:
        context = _preview(request, found, form) | {"reason_missing": True, "chosen": chosen}
        return render(request, "sheets/book_preview.html", context, status=400)
    if outcome.done:
        messages.success(request, said(outcome))
    for unit, reason in outcome.refused[:20]:
        messages.warning(request, f"{unit}: {reason}")
    return redirect("sheets:book_preview", key)


def _said_saved(outcome: services.Outcome) -> str:
    done = ngettext("Đã lưu %(count)d bản nháp.", "Đã lưu %(count)d bản nháp.", outcome.done) % {"count": outcome.done}
    return f"{done} {_left(outcome)}".strip()


def _said_submitted(outcome: services.Outcome) -> str:
    done = ngettext("Đã nộp %(count)d báo cáo.", "Đã nộp %(count)d báo cáo.", outcome.done) % {"count": outcome.done}
    return f"{done} {_left(outcome)}".strip()


def _left(outcome: services.Outcome) -> str:
    return _("Còn %(count)d báo cáo: bấm lần nữa để làm tiếp.") % {"count": outcome.left} if outcome.left else ""


def _xlsx(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
