"""Reminding by hand."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reports.collection.requests import PortalRequest
from reports.models import Report, Round
from reports.reminders import permissions, services
from reports.reminders.forms import RemindForm


@require_POST
def report_remind(request: PortalRequest, report_id: int) -> HttpResponse:
    visible = Report.objects.visible_to(request.scope).select_related("unit", "round")
    report = get_object_or_404(visible, pk=report_id)
    if not permissions.can_remind_report(request.scope, report):
        raise PermissionDenied(_("Chỉ Sở và xã, phường của trường gửi được nhắc nhở."))
    try:
        services.remind_report(report=report, by=request.user)
    except services.RemindError as error:
        messages.warning(request, str(error))
    else:
        text = _("Đã xếp thư nhắc %(unit)s; thư đi trong ít phút.")
        messages.success(request, text % {"unit": report.unit})
    return _back(request)


@require_POST
def round_remind(request: PortalRequest, round_id: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.scope), pk=round_id)
    if not permissions.can_remind(request.scope):
        raise PermissionDenied(_("Chỉ Sở và xã, phường gửi được nhắc nhở."))
    within = permissions.remindable(request.scope, Report.objects.visible_to(request.scope).filter(round=round_))
    form = RemindForm(request.POST, reports=within)
    if not form.is_valid():
        messages.error(request, _("Danh sách đơn vị cần nhắc không đúng; chưa gửi thư nào."))
        return _back(request)
    try:
        counts = services.remind_round(round=round_, reports=form.chosen(), by=request.user)
    except services.RemindError as error:
        messages.warning(request, str(error))
    else:
        messages.add_message(request, messages.SUCCESS if counts.queued else messages.WARNING, _summary(counts))
    return _back(request)


def _summary(counts: services.HandCounts) -> str:
    queued = ngettext(
        "Đã xếp thư nhắc %(n)d đơn vị; thư đi trong ít phút.",
        "Đã xếp thư nhắc %(n)d đơn vị; thư đi trong ít phút.",
        counts.queued,
    )
    parts = [queued % {"n": counts.queued} if counts.queued else _("Không có đơn vị nào cần nhắc thêm.")]
    if counts.recent:
        parts.append(_("%(n)d đơn vị đã được nhắc trong ba ngày qua.") % {"n": counts.recent})
    if counts.unreachable:
        parts.append(_("%(n)d đơn vị chưa có thư điện tử.") % {"n": counts.unreachable})
    return " ".join(parts)


def _back(request: PortalRequest) -> HttpResponse:
    """To the page of the button, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe and wanted else "/")
