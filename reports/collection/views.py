"""A unit's report: the list, the form, the check before submitting, the receipt."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.collection import form_spec, pages, selectors, showing
from reports.collection.commune import prepare_commune_report
from reports.collection.entrusting import entrustment_of
from reports.collection.errors import DraftConflict, EvidenceRefused, ReportClosed, ReportInvalid, TokenUsed
from reports.collection.evidence import add_evidence
from reports.collection.forms import ReportFilterForm
from reports.collection.permissions import can_fill_report
from reports.collection.requests import PortalRequest
from reports.collection.services import closed_reason, save_draft, submit_report
from reports.models import Draft, Report

PAGE_SIZE = 50


@require_safe
def report_list(request: PortalRequest) -> HttpResponse:
    """A school's own history; for the department and communes all reports they see, by filters."""
    now = timezone.now()
    form = ReportFilterForm(request.GET, scope=request.scope)
    chosen = form.chosen()
    page = Paginator(selectors.report_list(request.scope, chosen, now), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [showing.list_row(request.scope, report, now) for report in page.object_list]
    context = {"form": form, "chosen": chosen, "page_obj": page, "rows": rows}
    return render(request, "collection/report_list.html", context)


@require_safe
def report_form(request: PortalRequest, report_id: int) -> HttpResponse:
    """The form while the unit may change it, else the report as it was submitted."""
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    if not can_fill_report(request.scope, report) or closed_reason(report, timezone.now()):
        return render(request, "collection/report_show.html", showing.report_page(request, report))
    draft = get_object_or_404(Draft, pk=report.pk)
    form = form_spec.form_of_draft(report, draft)
    context = showing.form_page(request, report, form, draft, show_errors="loi" in request.GET)
    return render(request, "collection/report_form.html", context)


def draft_save(request: PortalRequest, report_id: int) -> HttpResponse:
    """Keep what was typed. A GET comes from signing in again after the session ended: back to the form."""
    if showing.opened_by_another(request):
        return showing.another_reader_answer(request, "collection:report_form", report_id)
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    if request.method != "POST":
        return redirect("collection:report_form", report_id)
    showing.require_fill(request.scope, report)
    if (answer := save_posted(request, report)) is not None:
        return answer
    if request.POST.get("then") == "check":
        return redirect("collection:report_check", report_id)
    messages.success(request, _("Đã lưu nháp lúc %(time)s.") % {"time": showing.clock(timezone.now())})
    return redirect("collection:report_form", report_id)


def save_posted(request: PortalRequest, report: Report) -> HttpResponse | None:
    """Save the form that was sent, its files too; None when the caller may go on."""
    wants_json = request.headers.get("Accept") == "application/json"
    draft = get_object_or_404(Draft, pk=report.pk)
    mine = showing.posted_form(report, request.POST)
    version = showing.posted_version(request.POST, draft)
    try:
        draft = save_draft(report=report, by=request.user, version=version, values=mine.values, narrative=mine.words)
    except ReportClosed as closed:
        return showing.closed_answer(request, report, closed, wants_json=wants_json)
    except DraftConflict as conflict:
        theirs = form_spec.form_of_draft(report, conflict.current)
        if pages.differences(theirs, mine):
            return showing.conflict_answer(request, report, conflict.current, theirs, mine, wants_json=wants_json)
        draft = conflict.current
    _take_files(request, report)
    if wants_json:
        return JsonResponse(showing.saved_json(draft))
    return None


def _take_files(request: PortalRequest, report: Report) -> None:
    for file in request.FILES.getlist("file"):
        try:
            add_evidence(report=report, file=file, by=request.user)
        except (EvidenceRefused, ReportClosed) as refused:
            messages.error(request, f"{file.name}: {refused.reason}")


@require_safe
def report_check(request: PortalRequest, report_id: int) -> HttpResponse:
    """Everything that will be sent, what still blocks it, and the one button."""
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    showing.require_fill(request.scope, report)
    if closed_reason(report, timezone.now()):
        return redirect("collection:report_form", report_id)
    draft = get_object_or_404(Draft, pk=report.pk)
    context = showing.check_page(report, draft) | {"token": uuid.uuid4()}
    context |= {"entrusted": entrustment_of(request.scope, report)}
    return render(request, "collection/report_check.html", context)


def report_submit(request: PortalRequest, report_id: int) -> HttpResponse:
    """Receive the report; the hour is that of arrival. A GET comes from signing in again: back to the check."""
    arrived = timezone.now()
    if showing.opened_by_another(request):
        return showing.another_reader_answer(request, "collection:report_check", report_id)
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    if request.method != "POST":
        return redirect("collection:report_check", report_id)
    showing.require_fill(request.scope, report)
    draft = get_object_or_404(Draft, pk=report.pk)
    try:
        submission = submit_report(
            report=report,
            by=request.user,
            token=uuid.UUID(request.POST.get("token", "")),
            values=draft.values,
            narrative=draft.narrative,
            now=arrived,
            draft_version=showing.posted_version(request.POST, draft),
            shown=request.POST.get("shown", ""),
            on_behalf_reason=showing.on_behalf_reason(request.scope, report, draft),
        )
    except ReportClosed as closed:
        return showing.closed_answer(request, report, closed)
    except ReportInvalid:
        return redirect("collection:report_check", report_id)
    except (DraftConflict, TokenUsed, ValueError):
        messages.warning(request, _("Bản nháp vừa được sửa ở nơi khác. Xem lại rồi nộp."))
        return redirect("collection:report_check", report_id)
    return redirect("collection:receipt", report_id, submission.number)


@require_safe
def receipt(request: PortalRequest, report_id: int, number: int) -> HttpResponse:
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    submission = get_object_or_404(report.submissions.select_related("submitted_by"), number=number)
    context = {
        "report": report,
        "submission": submission,
        "answers": showing.answers(report, submission),
        "words": selectors.report_words(report),
        "commune": prepare_commune_report(report, submission),
    }
    return render(request, "collection/receipt.html", context)
