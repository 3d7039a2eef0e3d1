"""The reviewer's queue, the page of one report, and the decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.collection import selectors as collection
from reports.collection.requests import PortalRequest
from reports.models import Report, ReviewStepKind
from reports.review import bulk, pages, permissions, selectors, services, undoing
from reports.review.forms import QueueFilterForm, said, version_of

PAGE_SIZE = 50


@require_safe
def queue(request: PortalRequest) -> HttpResponse:
    """What waits for the reader's decision, and what was decided lately."""
    require_reviewer(request)
    form, now = QueueFilterForm(request.GET, scope=request.scope), timezone.now()
    chosen = form.chosen()
    page = Paginator(selectors.queue(request.scope, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "chosen": chosen,
        "query": form.query(),
        "page_obj": page,
        "bulk_count": min(bulk.counts(request.scope, chosen).get(bulk.TAKEN, 0), bulk.MOST),
        "recent": selectors.recent_decisions(request.scope, now),
        "batches": selectors.recent_batches(request.scope, now),
        "now": now,
    }
    return render(request, "review/queue.html", context)


def require_reviewer(request: PortalRequest) -> None:
    if not request.scope.can_write or request.scope.is_school or request.scope.unit_id is None:
        raise PermissionDenied(_("Trang này dành cho người duyệt báo cáo của xã, phường và Sở GDĐT."))


@require_safe
def report_review(request: PortalRequest, report_id: int) -> HttpResponse:
    return _page(request, _reviewed(request, report_id))


def _page(request: PortalRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    if report.current_submission is None:
        return redirect("collection:report_form", report.pk)
    form = QueueFilterForm(request.GET, scope=request.scope)
    context = pages.review_page(request, report, report.current_submission, form) | more
    return render(request, "review/report_review.html", context, status=status)


@require_POST
def report_accept(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _decidable(request, report_id)
    following = _following(request, report)
    try:
        kind = services.accept_report(
            report=report, by=request.user, version=version_of(request.POST), comment=said(request.POST)
        )
    except services.AlreadyDecided:
        return _too_late(request, report)
    done = _("Đã chấp nhận báo cáo của %(unit)s.")
    if kind == ReviewStepKind.FORWARDED:
        done = _("Đã duyệt báo cáo của %(unit)s và chuyển Sở GDĐT.")
    return _go_on(request, report, done % {"unit": report.unit.name}, following)


@require_POST
def report_return(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _decidable(request, report_id)
    following = _following(request, report)
    try:
        services.return_report(
            report=report, by=request.user, version=version_of(request.POST), comment=said(request.POST)
        )
    except services.CommentMissing:
        return _page(request, report, status=400, comment_error=_("Viết ý kiến để đơn vị biết sửa gì."))
    except services.AlreadyDecided:
        return _too_late(request, report)
    done = _("Đã trả lại báo cáo cho %(unit)s.")
    return _go_on(request, report, done % {"unit": report.unit.name}, following)


@require_POST
def report_reopen(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _reviewed(request, report_id)
    if not permissions.can_reopen_report(request.scope, report):
        return _too_late(request, report)
    try:
        services.reopen_report(
            report=report, by=request.user, version=version_of(request.POST), reason=said(request.POST)
        )
    except services.CommentMissing:
        return _page(request, report, status=400, comment_error=_("Viết lý do mở lại."))
    except services.AlreadyDecided:
        return _too_late(request, report)
    messages.success(request, _("Đã mở lại báo cáo cho %(unit)s sửa.") % {"unit": report.unit.name})
    return _back(request, report)


@require_POST
def report_comment(request: PortalRequest, report_id: int) -> HttpResponse:
    """Say something to the unit; the report stays where it is."""
    report = _reviewed(request, report_id)
    if not permissions.can_comment_report(request.scope, report):
        raise PermissionDenied(_("Báo cáo này không nhận góp ý nữa."))
    try:
        services.comment_on_report(report=report, by=request.user, comment=said(request.POST))
    except services.CommentMissing:
        return _page(request, report, status=400, comment_error=_("Viết điều muốn góp ý."))
    messages.success(request, _("Đã gửi góp ý đến %(unit)s.") % {"unit": report.unit.name})
    return _back(request, report)


@require_POST
def report_undo(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _reviewed(request, report_id)
    try:
        undoing.undo_decision(report=report, by=request.user, version=version_of(request.POST))
    except undoing.NotUndoable as refused:
        messages.warning(request, refused.reason)
    except services.AlreadyDecided:
        return _too_late(request, report)
    else:
        done = _("Đã hoàn tác. Báo cáo của %(unit)s trở lại như trước quyết định.")
        messages.success(request, done % {"unit": report.unit.name})
    return _back(request, report)


def _reviewed(request: PortalRequest, report_id: int) -> Report:
    """A report that this user may look at as a reviewer: 404 out of scope, 403 without the right."""
    report = get_object_or_404(collection.reports_of(request.scope), pk=report_id)
    if not permissions.can_review_report(request.scope, report):
        raise PermissionDenied(_("Báo cáo này do đơn vị khác duyệt."))
    return report


def _decidable(request: PortalRequest, report_id: int) -> Report:
    report = _reviewed(request, report_id)
    waits_for_others = report.state == "submitted" and not permissions.can_decide_report(request.scope, report)
    if waits_for_others:
        raise PermissionDenied(_("Báo cáo này không chờ bạn duyệt."))
    return report


def _following(request: PortalRequest, report: Report) -> int | None:
    chosen = QueueFilterForm(request.GET, scope=request.scope).chosen()
    return selectors.next_in_queue(request.scope, report, chosen)


def _query(request: PortalRequest) -> str:
    return QueueFilterForm(request.GET, scope=request.scope).query()


def _back(request: PortalRequest, report: Report) -> HttpResponse:
    return redirect(reverse("review:report_review", args=[report.pk]) + _query(request))


def _too_late(request: PortalRequest, report: Report) -> HttpResponse:
    messages.warning(request, pages.who_came_first(report))
    if words := said(request.POST):
        messages.info(request, _("Ý kiến bạn viết chưa được gửi: “%(words)s”") % {"words": words})
    return _back(request, report)


def _go_on(request: PortalRequest, report: Report, done: str, following: int | None) -> HttpResponse:
    """Open the next of the same filter; the last one leads back to the queue."""
    back = reverse("review:report_review", args=[report.pk]) + _query(request)
    messages.success(request, format_html('{} <a href="{}">{}</a>', done, back, _("Xem lại hoặc hoàn tác")))
    where = reverse("review:report_review", args=[following]) if following else reverse("review:queue")
    return redirect(where + _query(request))
