"""Pages that make codes for units, print their slips and hand accounts over."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from schools import selectors as units
from schools.accounts import selectors, services, slips
from schools.accounts.forms import HandOverForm, WhichForm
from schools.accounts.services import UnitCode
from schools.forms import UnitFilterForm
from schools.models import Unit, UnitKind
from schools.permissions import can_issue_code, can_issue_codes
from schools.querysets import UnitQuerySet
from schools.scope import Scope


@never_cache
@sensitive_variables("codes")
@require_http_methods(["GET", "POST"])
def codes_issue(request: HttpRequest) -> HttpResponse:
    """Slips for the units of the list, as filtered there, that nobody has opened yet."""
    scope, now = _scope(request), timezone.now()
    if not can_issue_codes(scope):
        raise PermissionDenied(_("Chỉ quản trị của Sở và cán bộ xã, phường cấp mã kích hoạt."))
    filters = UnitFilterForm(request.GET, communes=units.communes_seen(scope))
    waiting = selectors.waiting(_own(filters.narrow(Unit.objects.visible_to(scope)), scope), now=now)
    form = WhichForm(request.POST or None)
    chosen = waiting.fresh
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["which"] == WhichForm.ALL:
            chosen = [*waiting.fresh, *waiting.open]
        try:
            codes = services.create_accounts(units=chosen, by=cast(User, request.user), now=now)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            if codes:
                return _slips(request, codes)
    return render(request, "schools/slips_new.html", {"waiting": waiting, "told": filters.told})


@never_cache
@sensitive_variables("codes")
@require_POST
def code_issue(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A new slip for one unit, its account in use or not."""
    unit = _unit(request, unit_id)
    try:
        codes = services.create_accounts(units=[unit], by=cast(User, request.user), now=timezone.now())
    except ValidationError as refused:
        raise PermissionDenied(refused.messages[0]) from None
    return _slips(request, codes)


@never_cache
@sensitive_variables("code")
@require_http_methods(["GET", "POST"])
def account_handover(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Says who goes out and what ends; then prints the slip of who comes in."""
    unit, now = _unit(request, unit_id), timezone.now()
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = services.hand_over(unit=unit, by=cast(User, request.user), now=now, **form.cleaned_data)
            return _slips(request, [code])
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"unit": unit, "form": form, "account": selectors.account_state(unit, now=now)}
    return render(request, "schools/slips_handover.html", context)


@sensitive_variables("codes")
def _slips(request: HttpRequest, codes: list[UnitCode]) -> HttpResponse:
    """No redirect: the codes are in this one answer and in no other."""
    context = {**slips.context(codes), "stylesheet": static("css/parts/slips.css")}
    return render(request, "schools/slips.html", context)


def _scope(request: HttpRequest) -> Scope:
    return cast(Scope, request.scope)  # type: ignore[attr-defined]


def _own(found: UnitQuerySet, scope: Scope) -> UnitQuerySet:
    """What can_issue_code says of each unit, asked of all at once."""
    return found if scope.is_admin else found.filter(kind=UnitKind.SCHOOL, manager=scope.unit_id)


def _unit(request: HttpRequest, unit_id: int) -> Unit:
    scope = _scope(request)
    unit = get_object_or_404(Unit.objects.visible_to(scope).select_related("commune", "manager"), pk=unit_id)
    if not can_issue_code(scope, unit):
        raise PermissionDenied(_("Tài khoản của đơn vị này do quản trị của Sở, hoặc xã, phường quản lý trường, cấp."))
    return unit
