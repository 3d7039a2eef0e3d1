"""The list of who is expected changes by name only: added, taken off, put back, each with a reason and its record."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from reports.models import CompletionDue, Draft, ExpectationChange, Extension, Report, Round
from reports.rounds import deadlines
from reports.rounds.dates import claim_open
from reports.rounds.errors import RoundError
from schools import text
from schools.models import Unit

_ONLY_OPEN = gettext_lazy("Danh sách chỉ thay đổi được khi đợt đang mở.")


def add_report(*, round: Round, unit: Unit, by: User | None, reason: str, now: datetime | None = None) -> Report:
    """Put a unit on the list that no group of the round names. Raises RoundError, also where it is there already.

    What was prolonged for everybody, or for its commune, holds for it too.
    """
    reason = _demand_reason(reason)
    today = deadlines.local_date(now or timezone.now())
    if not Unit.objects.existing_on(today).filter(pk=unit.pk).exists():
        raise RoundError(_("%(unit)s không còn hoạt động.") % {"unit": unit.name})
    with transaction.atomic():
        claim_open(round, _ONLY_OPEN)
        try:
            with transaction.atomic():
                report = Report.objects.create(
                    round=round,
                    unit=unit,
                    levels=unit.levels,
                    commune=unit.commune,
                    manager=unit.manager,
                    extended_until=_prolonged_until(round, unit),
                )
        except IntegrityError as error:
            said = _("%(unit)s đã có trong danh sách; nếu đã được đưa ra thì đưa trở lại.")
            raise RoundError(said % {"unit": unit.name}) from error
        Draft.objects.create(report=report)
        _note_change(report, ExpectationChange.Kind.ADDED, reason, by)
    return report


def exclude_report(*, report: Report, by: User | None, reason: str, now: datetime | None = None) -> None:
    """Take a unit off the list: it leaves both sides of every rate. Raises RoundError."""
    reason = _demand_reason(reason)
    with transaction.atomic():
        claim_open(report.round, _ONLY_OPEN)
        changed = Report.objects.filter(pk=report.pk, excluded_at__isnull=True).update(
            excluded_at=now or timezone.now(), exclusion_reason=reason
        )
        if not changed:
            raise RoundError(_("Đơn vị này đã được đưa ra khỏi danh sách."))
        _note_change(report, ExpectationChange.Kind.EXCLUDED, reason, by)


def restore_report(*, report: Report, by: User | None, reason: str) -> None:
    """Put a unit back on the list. Raises RoundError."""
    reason = _demand_reason(reason)
    with transaction.atomic():
        claim_open(report.round, _ONLY_OPEN)
        changed = Report.objects.filter(pk=report.pk, excluded_at__isnull=False).update(
            excluded_at=None, exclusion_reason=""
        )
        if not changed:
            raise RoundError(_("Đơn vị này đang ở trong danh sách."))
        _note_change(report, ExpectationChange.Kind.RESTORED, reason, by)


def _prolonged_until(round: Round, unit: Unit) -> datetime | None:
    if round.deadline_at is None:
        return None
    whom = Q(unit__isnull=True) | Q(unit__in=[pk for pk in (unit.pk, unit.commune_id, unit.manager_id) if pk])
    given = Extension.objects.filter(whom, round=round, until_at__gt=round.deadline_at)
    until: datetime | None = given.aggregate(last=Max("until_at"))["last"]
    return until


def _note_change(report: Report, kind: ExpectationChange.Kind, reason: str, by: User | None) -> None:
    report.refresh_from_db(fields=["excluded_at", "exclusion_reason"])
    ExpectationChange.objects.create(report=report, kind=kind, reason=reason, by=by)
    audit.record(actor=by, action=f"report.{kind}", target=report, reason=reason)
    CompletionDue.objects.create(round_id=report.round_id, report=report)


def _demand_reason(reason: str) -> str:
    reason = text.clean(reason)
    if not reason:
        raise RoundError(_("Nêu lý do."))
    return reason[:300]
