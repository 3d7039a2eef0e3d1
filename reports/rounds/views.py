"""Pages of rounds: the list, one round, a new one, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from reports.models import Report, Round, RoundState
from reports.rounds import deadlines, permissions, selectors, services, wording
from reports.rounds.corrections import correction_lines
from reports.rounds.errors import RoundError
from reports.rounds.forms import DeadlineForm, ExtensionForm, RoundForm
from reports.rounds.freezing import freeze_of
from schools import school_years
from schools.models import Unit
from schools.scope import Scope

CHANGES_SHOWN = 50


def scope_of_request(request: HttpRequest) -> Scope:
    return cast(Scope, request.scope)  # type: ignore[attr-defined]


def _managed(request: HttpRequest, round_id: int) -> Round:
    """A round within scope that the reader may run; 404 outside, 403 for a reader."""
    scope = scope_of_request(request)
    rounds = Round.objects.visible_to(scope).select_related("campaign", "receiver", "through", "directive", "previous")
    found = get_object_or_404(rounds, pk=round_id)
    if not permissions.can_manage_round(scope, found):
        raise PermissionDenied(_("Chỉ nơi nhận báo cáo và cán bộ Sở điều hành được đợt này."))
    return found


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of_request(request)
    lines = selectors.round_lines(scope, timezone.now())
    context = {"lines": lines, "can_create": permissions.can_create_round(scope)}
    return render(request, "rounds/round_list.html", context)


@require_safe
def round_detail(request: HttpRequest, round_id: int) -> HttpResponse:
    scope = scope_of_request(request)
    rounds = Round.objects.visible_to(scope).select_related("campaign", "receiver", "through", "directive", "previous")
    round_ = get_object_or_404(rounds, pk=round_id)
    return render(request, "rounds/round_detail.html", _detail_context(request, round_))


def _detail_context(request: HttpRequest, round_: Round) -> dict[str, Any]:
    scope, now = scope_of_request(request), timezone.now()
    words, wanted = request.GET.get("q", "").strip(), request.GET.get("them", "").strip()
    can_manage = permissions.can_manage_round(scope, round_)
    reports = Report.objects.visible_to(scope).filter(round=round_)
    changes = selectors.list_changes(round_, scope)
    if scope.is_school:
        changes = changes.none()
    return {
        "round": round_,
        "due": selectors.due_of(round_, now),
        "tally": selectors.tallies(reports).get(round_.pk, selectors.Tally()),
        "audiences": selectors.audience_lines(round_, scope, now),
        "would_owe": selectors.owing_units(round_, now).count() if round_.state == "planned" else None,
        "school_year": school_years.label(round_.school_year),
        "table": selectors.asked_table(round_),
        "steps": selectors.step_lines(round_, now),
        "can_manage": can_manage,
        "changes": changes if "thay-doi" in request.GET else changes[:CHANGES_SHOWN],
        "changes_count": changes.count(),
        "excluded": selectors.excluded_reports(round_, scope),
        "extensions": selectors.extensions(round_, scope),
        "words": words,
        "found": selectors.reports_matching(round_, scope, words) if can_manage else [],
        "wanted": wanted,
        "addable": selectors.units_to_add(round_, scope, wanted, now) if can_manage else [],
        "extension_form": ExtensionForm(),
        "corrections": correction_lines(round_, scope) if round_.state == RoundState.CLOSED else [],
        # The permission of the part that corrects, which stands above this one.
        "can_correct": scope.is_department and scope.can_write and round_.state == RoundState.CLOSED,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def round_create(request: HttpRequest) -> HttpResponse:
    """The form; with `preview` it only says the last valid moment and makes nothing."""
    scope = scope_of_request(request)
    if not permissions.can_create_round(scope):
        raise PermissionDenied(_("Chỉ cán bộ Sở và UBND xã, phường lập được đợt báo cáo."))
    if request.method != "POST":
        return render(request, "rounds/round_create.html", {"form": RoundForm(scope=scope)})
    if "preview" in request.POST:
        return _preview(request, scope)
    form = RoundForm(request.POST, scope=scope)
    if form.is_valid():
        try:
            made = services.create_round(**form.fields_for_service(), by=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("Đã lập đợt “%(name)s”. Chưa đơn vị nào được giao cho đến khi mở đợt.") % {"name": made.name}
            )
            return redirect("rounds:round_detail", made.pk)
    return render(request, "rounds/round_create.html", {"form": form, "moment": _moment(form)})


def _preview(request: HttpRequest, scope: Scope) -> HttpResponse:
    moment = _moment(DeadlineForm(request.POST))
    if getattr(request, "htmx", False):
        return render(request, "rounds/_last_moment.html", {"moment": moment})
    form = RoundForm(request.POST, scope=scope)
    return render(request, "rounds/round_create.html", {"form": form, "moment": moment, "is_preview": True})


def _moment(form: DeadlineForm) -> dict[str, str] | None:
    """What the filled deadline fields come to, in words."""
    deadline = form.deadline
    if deadline is None:
        return None
    return {
        "words": wording.last_moment(deadline.instant),
        "day_off": wording.day_off(deadlines.last_day(deadline.instant)),
    }


@require_POST
def round_open(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = _managed(request, round_id)

    def act(by: User) -> str:
        made = services.open_round(round=round_, by=by)
        return _("Đã mở đợt: %(count)d đơn vị phải báo cáo.") % {"count": made}

    return _act(request, round_id, act)


@require_http_methods(["GET", "HEAD", "POST"])
def round_close(request: HttpRequest, round_id: int) -> HttpResponse:
    """What freezing would mean now; it is done only when that was read and confirmed."""
    round_ = _managed(request, round_id)
    if request.method == "POST" and request.POST.get("confirm"):
        return _act(request, round_id, lambda by: _close(round_, by))
    if round_.state != RoundState.OPEN:
        messages.error(request, _("Chỉ chốt được đợt đang mở."))
        return redirect("rounds:round_detail", round_id)
    context = {
        "round": round_,
        "freeze": freeze_of(round_, timezone.now()),
        "unconfirmed": request.method == "POST",
    }
    return render(request, "rounds/round_close.html", context)


def _close(round_: Round, by: User) -> str:
    services.close_round(round=round_, by=by)
    return _("Đã chốt đợt: không nhận thêm báo cáo, số liệu giữ nguyên từ đây.")


@require_POST
def deadline_extend(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = _managed(request, round_id)
    form = ExtensionForm(request.POST)

    def act(by: User) -> str:
        if not form.is_valid():
            raise RoundError(form.first_error)
        unit, reason = form.cleaned_data["unit"], form.cleaned_data["reason"]
        given = services.extend_deadline(round=round_, unit=unit, until_at=form.until_at, reason=reason, by=by)
        whom = unit.name if unit else _("mọi đơn vị trong đợt")
        words = {"whom": whom, "moment": wording.last_moment(given.until_at)}
        return _("Đã gia hạn cho %(whom)s đến %(moment)s.") % words

    return _act(request, round_id, act)


@require_POST
def report_add(request: HttpRequest, round_id: int) -> HttpResponse:
    round_ = _managed(request, round_id)
    written = request.POST.get("unit", "")
    units = Unit.objects.visible_to(scope_of_request(request))
    unit = units.filter(pk=int(written)).first() if written.isdecimal() and len(written) < 10 else None

    def act(by: User) -> str:
        if unit is None:
            raise RoundError(_("Chọn một đơn vị để thêm vào danh sách."))
        services.add_report(round=round_, unit=unit, by=by, reason=request.POST.get("reason", ""))
        return _("Đã thêm %(unit)s vào danh sách phải báo cáo.") % {"unit": unit.name}

    return _act(request, round_id, act)


@require_POST
def report_exclude(request: HttpRequest, report_id: int) -> HttpResponse:
    report = _report_to_change(request, report_id)

    def act(by: User) -> str:
        services.exclude_report(report=report, by=by, reason=request.POST.get("reason", ""))
        return _("Đã đưa %(unit)s ra khỏi danh sách phải báo cáo.") % {"unit": report.unit.name}

    return _act(request, report.round_id, act)


@require_POST
def report_restore(request: HttpRequest, report_id: int) -> HttpResponse:
    report = _report_to_change(request, report_id)

    def act(by: User) -> str:
        services.restore_report(report=report, by=by, reason=request.POST.get("reason", ""))
        return _("Đã đưa %(unit)s trở lại danh sách phải báo cáo.") % {"unit": report.unit.name}

    return _act(request, report.round_id, act)


def _act(request: HttpRequest, round_id: int, act: Callable[[User], str]) -> HttpResponse:
    """Do it and say what was done, or say what stood in the way; back to the round in both cases."""
    try:
        messages.success(request, act(cast(User, request.user)))
    except RoundError as error:
        messages.error(request, error.message)
    return redirect("rounds:round_detail", round_id)


def _report_to_change(request: HttpRequest, report_id: int) -> Report:
    scope = scope_of_request(request)
    reports = Report.objects.visible_to(scope).select_related("round", "unit")
    report = get_object_or_404(reports, pk=report_id)
    if not permissions.can_manage_round(scope, report.round):
        raise PermissionDenied(_("Chỉ nơi nhận báo cáo và cán bộ Sở thay đổi được danh sách phải báo cáo."))
    return report
