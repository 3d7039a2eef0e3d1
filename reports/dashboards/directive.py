"""Pages of documents: the list, one document with its deadlines and targets, who has confirmed it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from campaigns import selectors
from campaigns.models import Directive, DirectiveAttachment
from campaigns.permissions import can_acknowledge_directive, can_follow_directive
from campaigns.services import acknowledge_directive
from reports.dashboards.directive_page import deadlines_of, listed, rows_of, waiting_in
from reports.dashboards.filters import number
from schools.models import Unit
from schools.scope import Scope
from targets.models import Indicator
from targets.selectors import target_table, with_targets

PAGE_SIZE = 50
STATES = ("missing", "done")


def _scope(request: HttpRequest) -> Scope:
    return cast(Scope, request.scope)  # type: ignore[attr-defined]


def _directive(request: HttpRequest, directive_id: int) -> Directive:
    directives = Directive.objects.visible_to(_scope(request)).select_related("issuer", "campaign", "theme", "lead")
    return get_object_or_404(directives, pk=directive_id)


@require_safe
def directive_list(request: HttpRequest) -> HttpResponse:
    """The registered documents, newest first."""
    scope, words = _scope(request), request.GET.get("q", "").strip()
    found = selectors.matching(Directive.objects.visible_to(scope).registered(), words)
    directives = listed(found, scope)
    page = Paginator(directives, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": rows_of(page.object_list, timezone.now()),
        "waiting_count": waiting_in(directives),
        "stub_count": Directive.objects.visible_to(scope).filter(is_stub=True).count(),
        "words": words,
        "can_follow": can_follow_directive(scope),
    }
    return render(request, "campaigns/directive_list.html", context)


@require_safe
def directive_detail(request: HttpRequest, directive_id: int) -> HttpResponse:
    """One document: what it says, by when, with which targets, where it stands in the chain, who confirmed it."""
    scope, directive = _scope(request), _directive(request, directive_id)
    indicators = Indicator.objects.visible_to(scope).filter(directive=directive)
    context = {
        "directive": directive,
        "deadlines": deadlines_of(directive, scope, timezone.now()),
        "table": target_table(with_targets(indicators)),
        "chain": selectors.chain_of(directive, scope),
        **_acknowledgements(directive, scope),
        "tasks": directive.tasks.all(),
        "links": directive.links.all(),
        "attachments": directive.attachments.all(),
        "contacts": directive.contacts.all(),
        "copies": directive.copies.all(),
    }
    return render(request, "campaigns/directive_detail.html", context)


def _acknowledgements(directive: Directive, scope: Scope) -> dict[str, Any]:
    addressed = selectors.is_addressed(directive, scope.unit_id)
    own = selectors.acknowledgement_of(directive, scope.unit_id) if addressed else None
    return {
        "is_addressed": addressed,
        "own": own,
        "can_acknowledge": own is None and can_acknowledge_directive(scope, directive, is_addressed=addressed),
        "recipients": selectors.recipients(directive, scope) if can_follow_directive(scope) else None,
    }


@require_safe
def directive_recipients(request: HttpRequest, directive_id: int) -> HttpResponse:
    """The units to which a document went: by group, and those that have not confirmed."""
    scope, directive = _scope(request), _directive(request, directive_id)
    if not can_follow_directive(scope):
        raise PermissionDenied(_("Danh sách này dành cho Sở GDĐT và UBND xã, phường."))
    wanted, state = number(request.GET.get("nhom")), request.GET.get("trang-thai", "")
    group = directive.addressees.filter(pk=wanted).first() if wanted else None
    state = state if state in STATES else ""
    units = selectors.recipient_units(directive, scope, addressee=group, state=state)
    context = {
        "directive": directive,
        "page_obj": Paginator(units, PAGE_SIZE).get_page(request.GET.get("page")),
        "recipients": selectors.recipients(directive, scope),
        "group": group,
        "state": state,
    }
    return render(request, "campaigns/directive_recipients.html", context)


@require_POST
def directive_acknowledge(request: HttpRequest, directive_id: int) -> HttpResponse:
    """The reader's unit confirms that it received a document; again changes nothing."""
    scope, directive = _scope(request), _directive(request, directive_id)
    addressed = selectors.is_addressed(directive, scope.unit_id)
    if not can_acknowledge_directive(scope, directive, is_addressed=addressed):
        raise PermissionDenied(_("Văn bản này không gửi đến đơn vị của bạn, hoặc tài khoản chỉ được xem."))
    unit = get_object_or_404(Unit.objects.visible_to(scope), pk=scope.unit_id)
    if acknowledge_directive(directive=directive, unit=unit, by=cast(User, request.user)):
        messages.success(request, _("Đã xác nhận: %(unit)s đã tiếp nhận văn bản.") % {"unit": unit.name})
    else:
        messages.info(request, _("Đơn vị đã xác nhận văn bản này từ trước."))
    return redirect("campaigns:directive_detail", directive_id=directive.pk)


@require_safe
def attachment_download(request: HttpRequest, attachment_id: int) -> FileResponse:
    """A file that came with a document, to whoever may see the document."""
    directives = Directive.objects.visible_to(_scope(request))
    attachment = get_object_or_404(DirectiveAttachment, pk=attachment_id, directive__in=directives)
    if not attachment.file:
        raise Http404
    return FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.title)
