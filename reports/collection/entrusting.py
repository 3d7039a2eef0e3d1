"""An officer who types for a school that cannot: taking over, giving back, and who it is now.

The school can always fill in its report too; two at once are two people at one draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from reports.collection.errors import EntrustedToAnother, ReasonMissing, ReportClosed
from reports.collection.services import closed_reason
from reports.models import Draft, Report
from schools import text
from schools.scope import Scope
from schools.selectors import scope_of

REASON_MAX = 300
ENTRUST, GIVE_BACK = "report.entrust", "report.give_back"


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Who types for the unit now, from which office, since when and why."""

    user_id: int
    who: str
    unit: str
    since: datetime | None
    reason: str
    is_mine: bool


def entrustment_of(scope: Scope, report: Report) -> Entrustment | None:
    """None where nobody does. Two queries, none of them for the many reports that their units fill in."""
    known = getattr(report, "draft", None)
    if known is None or known.entrusted_to_id is None:
        return None
    draft = Draft.objects.select_related("entrusted_to").filter(pk=report.pk, entrusted_to__isnull=False).first()
    if draft is None or draft.entrusted_to is None:
        return None
    entry = AuditEntry.objects.filter(
        target_type=Report._meta.label_lower, target_id=str(report.pk), action=ENTRUST
    ).first()
    return Entrustment(
        draft.entrusted_to.pk,
        str(draft.entrusted_to),
        str((entry.after or {}).get("unit", "")) if entry else "",
        entry.at if entry else None,
        draft.entrusted_reason,
        draft.entrusted_to_id == scope.user_id,
    )


def entrust_report(
    *, report: Report, by: User, reason: str, instead_of: int | None = None, now: datetime | None = None
) -> None:
    """Let this officer type for the unit; `instead_of` is the officer whom the reader was shown.

    Raises ReasonMissing, ReportClosed, EntrustedToAnother.
    """
    reason = text.clean(reason)[:REASON_MAX]
    if not reason:
        raise ReasonMissing
    if closed := closed_reason(report, now or timezone.now()):
        raise ReportClosed(closed)
    free = Q(entrusted_to__isnull=True) | Q(entrusted_to=by)
    if instead_of is not None:
        free |= Q(entrusted_to=instead_of)
    with transaction.atomic():
        former = Draft.objects.select_related("entrusted_to").get(pk=report.pk).entrusted_to
        if not Draft.objects.filter(free, pk=report.pk).update(entrusted_to=by, entrusted_reason=reason):
            raise EntrustedToAnother
        audit.record(
            actor=by,
            action=ENTRUST,
            target=report,
            reason=reason,
            before={"to": former.username} if former else None,
            after={"to": by.username, "unit": scope_of(by).unit_name},
        )


def give_back_report(*, report: Report, by: User) -> bool:
    """Stop typing for the unit; False when it was no longer this officer's."""
    with transaction.atomic():
        given = Draft.objects.filter(pk=report.pk, entrusted_to=by).update(entrusted_to=None, entrusted_reason="")
        if given:
            audit.record(actor=by, action=GIVE_BACK, target=report, before={"to": by.username}, after={"to": None})
    return bool(given)
