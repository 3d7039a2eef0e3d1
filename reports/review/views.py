"""The reviewer's queue, the page of one report, and the decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.collection import selectors as collection
from reports.collection.commune import prepare_commune_report
from reports.collection.requests import PortalRequest
from reports.models import Report, ReviewStepKind
from reports.review import permissions, selectors, services
from reports.review.forms import QueueFilterForm

PAGE_SIZE = 50
COMMENT_MAX = 2000


@require_safe
def queue(request: PortalRequest) -> HttpResponse:
    """What waits for the reader's decision."""
    if not request.scope.can_write or request.scope.is_school:
        raise PermissionDenied(_("Trang này dành cho người duyệt báo cáo của xã, phường và Sở GDĐT."))
    form = QueueFilterForm(request.GET, scope=request.scope)
    chosen = form.chosen()
    page = Paginator(selectors.queue(request.scope, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "chosen": chosen, "page_obj": page, "now": timezone.now()}
    return render(request, "review/queue.html", context)


@require_safe
def report_review(request: PortalRequest, report_id: int) -> HttpResponse:
    return _page(request, _reviewed(request, report_id))


def _page(request: PortalRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    if report.current_submission is None:
        return redirect("collection:report_form", report.pk)
    context = {
        "report": report,
        "comparison": selectors.comparison(report, report.current_submission),
        "version": str(report.version),
        "evidence": list(report.current_submission.evidence.order_by("id")),
        "commune": prepare_commune_report(report, report.current_submission),
        "last_return": collection.last_return(report),
        "steps": list(collection.history(report)),
        "place": selectors.place_in_queue(request.scope, report),
        "due": collection.due_date(report, timezone.now()),
        "can_decide": permissions.can_decide_report(request.scope, report),
        "can_reopen": permissions.can_reopen_report(request.scope, report),
        "forwards": permissions.is_commune_turn(request.scope, report),
        **more,
    }
    return render(request, "review/report_review.html", context, status=status)


@require_POST
def report_accept(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _decidable(request, report_id)
    following = selectors.next_in_queue(request.scope, report)
    try:
        kind = services.accept_report(report=report, by=request.user, version=_version(request), comment=_said(request))
    except services.AlreadyDecided:
        return _too_late(request, report)
    said = _("Đã chấp nhận báo cáo của %(unit)s.")
    if kind == ReviewStepKind.FORWARDED:
        said = _("Đã duyệt báo cáo của %(unit)s và chuyển Sở GDĐT.")
    return _go_on(request, said % {"unit": report.unit.name}, following)


@require_POST
def report_return(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _decidable(request, report_id)
    following = selectors.next_in_queue(request.scope, report)
    try:
        services.return_report(report=report, by=request.user, version=_version(request), comment=_said(request))
    except services.CommentMissing:
        return _page(request, report, status=400, comment_error=_("Viết ý kiến để đơn vị biết sửa gì."))
    except services.AlreadyDecided:
        return _too_late(request, report)
    return _go_on(request, _("Đã trả lại báo cáo cho %(unit)s.") % {"unit": report.unit.name}, following)


@require_POST
def report_reopen(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _reviewed(request, report_id)
    if not permissions.can_reopen_report(request.scope, report):
        return _too_late(request, report)
    try:
        services.reopen_report(report=report, by=request.user, version=_version(request), reason=_said(request))
    except services.CommentMissing:
        return _page(request, report, status=400, comment_error=_("Viết lý do mở lại."))
    except services.AlreadyDecided:
        return _too_late(request, report)
    messages.success(request, _("Đã mở lại báo cáo cho %(unit)s sửa.") % {"unit": report.unit.name})
    return redirect("review:report_review", report.pk)


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


def _version(request: PortalRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _said(request: PortalRequest) -> str:
    return request.POST.get("comment", "").replace("\x00", "").strip()[:COMMENT_MAX]


def _too_late(request: PortalRequest, report: Report) -> HttpResponse:
    messages.warning(request, _("Báo cáo này vừa thay đổi hoặc đã có người quyết định. Xem lại ở dưới."))
    return redirect("review:report_review", report.pk)


def _go_on(request: PortalRequest, said: str, following: int | None) -> HttpResponse:
    messages.success(request, said)
    if following is None:
        return redirect("review:queue")
    return redirect("review:report_review", following)
