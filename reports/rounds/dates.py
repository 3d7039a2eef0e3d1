"""The dates of a round: its deadline, extensions of it, and the moments at which it reminds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from reports.models import Channel, Extension, ReminderStep, Report, Round, RoundState, Whom
from reports.rounds import deadlines
from reports.rounds.errors import RoundError
from schools import text
from schools.models import Unit

DEFAULT_STEP_DAYS = (-30, -14, -7, -3, -1)
DEFAULT_STEP_TIME = time(8)
_ONLY_OPEN = gettext_lazy("Chỉ gia hạn được đợt đang mở.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as a document names it: the day, how it is meant, its words, the hour where one is named."""

    on: date
    rule: str = "before"
    words: str = ""
    at: time | None = None

    @property
    def instant(self) -> datetime:
        return deadlines.instant(self.on, self.rule, self.at)


def apply_deadline(round: Round, deadline: Deadline | None) -> None:
    """Fill the round's five deadline fields together, unsaved; None is a round without a date."""
    round.deadline_on = deadline.on if deadline else None
    round.deadline_rule = deadline.rule if deadline else ""
    round.deadline_time = deadline.at if deadline else None
    round.deadline_words = text.clean(deadline.words) if deadline else ""
    try:
        round.deadline_at = deadline.instant if deadline else None
    except ValueError:
        raise ValidationError({"deadline_time": _("Nhập giờ khi văn bản nêu giờ, và chỉ khi đó.")}) from None


def set_deadline(
    *,
    round: Round,
    on: date | None,
    rule: str = "before",
    words: str = "",
    at: time | None = None,
    by: User | None = None,
) -> None:
    """Give the round its deadline, or none (`on` None), and move its reminder steps along.

    Raises RoundError where the round is closed, ValidationError where the dates do not fit together.
    """
    if round.state == RoundState.CLOSED:
        raise RoundError(_("Đợt đã chốt, không đổi được hạn nộp."))
    before = round.deadline_at
    apply_deadline(round, Deadline(on, rule, words, at) if on else None)
    if round.locks_at and round.deadline_at and round.locks_at < round.deadline_at:
        raise ValidationError({"deadline_on": _("Thời điểm khóa không được trước hạn nộp.")})
    with transaction.atomic():
        round.save(update_fields=["deadline_on", "deadline_rule", "deadline_time", "deadline_words", "deadline_at"])
        _drop_overtaken_extensions(round)
        _judge_lateness(round)
        plan_reminder_steps(round=round)
        audit.record(
            actor=by,
            action="round.set_deadline",
            target=round,
            before={"deadline_at": before.isoformat() if before else None},
            after={"deadline_at": round.deadline_at.isoformat() if round.deadline_at else None},
        )


def extend_deadline(*, round: Round, unit: Unit | None, until_at: datetime, reason: str, by: User | None) -> Extension:
    """Prolong for one unit, for all that stand in or are managed by a commune, or for everybody (unit None).

    An extension never shortens one that was given before. Raises RoundError.
    """
    reason = text.clean(reason)[:300]
    _check_extension(round, until_at, reason)
    reports = _reports_of(round, unit)
    if not reports.exists():
        raise RoundError(_("Không có báo cáo nào của đơn vị này trong đợt."))
    with transaction.atomic():
        claim_open(round, _ONLY_OPEN)
        given = Extension.objects.create(round=round, unit=unit, until_at=until_at, reason=reason, given_by=by)
        reports.filter(Q(extended_until__isnull=True) | Q(extended_until__lt=until_at)).update(extended_until=until_at)
        _judge_lateness(round)
        audit.record(
            actor=by,
            action="round.extend",
            target=round,
            reason=reason,
            after={"unit": unit.pk if unit else None, "until_at": until_at.isoformat()},
        )
    return given


def claim_open(round: Round, otherwise: str | Promise) -> None:
    """Take the round's row until the transaction ends, if it is open still; RoundError with `otherwise` if not."""
    if not Round.objects.filter(pk=round.pk, state=RoundState.OPEN).update(state=RoundState.OPEN):
        raise RoundError(str(otherwise))


def plan_reminder_steps(*, round: Round) -> list[ReminderStep]:
    """The round's steps, each at its instant; the default ones where it has none. None without a date."""
    if round.deadline_at is None:
        ReminderStep.objects.filter(round=round).update(due_at=None)
        return []
    with transaction.atomic():
        steps = list(ReminderStep.objects.filter(round=round))
        if not steps:
            steps = [
                ReminderStep(round=round, days=days, at_time=DEFAULT_STEP_TIME, whom=Whom.UNIT, channel=Channel.MAIL)
                for days in DEFAULT_STEP_DAYS
            ]
            steps = ReminderStep.objects.bulk_create(steps)
        for step in steps:
            step.due_at = deadlines.step_instant(round.deadline_at, step.days, step.at_time)
        ReminderStep.objects.bulk_update(steps, ["due_at"])
    return steps


def _check_extension(round: Round, until_at: datetime, reason: str) -> None:
    if round.state != RoundState.OPEN:
        raise RoundError(str(_ONLY_OPEN))
    if not reason:
        raise RoundError(_("Gia hạn phải có lý do."))
    if round.deadline_at is None:
        raise RoundError(_("Đợt không có hạn nộp nên không cần gia hạn."))
    if until_at <= round.deadline_at:
        raise RoundError(_("Gia hạn phải đến sau hạn nộp của đợt."))
    if round.locks_at is not None and until_at > round.locks_at:
        raise RoundError(_("Gia hạn không được vượt quá thời điểm khóa của đợt."))


def _reports_of(round: Round, unit: Unit | None) -> QuerySet[Report]:
    reports = Report.objects.filter(round=round)
    if unit is None:
        return reports
    if unit.kind == "commune":
        return reports.filter(Q(unit=unit) | Q(commune=unit) | Q(manager=unit))
    return reports.filter(unit=unit)


def _drop_overtaken_extensions(round: Round) -> None:
    """An extension that the new deadline has overtaken would shorten it; without a deadline all have."""
    extended = Report.objects.filter(round=round, extended_until__isnull=False)
    if round.deadline_at is not None:
        extended = extended.filter(extended_until__lte=round.deadline_at)
    extended.update(extended_until=None)


def _judge_lateness(round: Round) -> None:
    """Late is by the first submission against the unit's own deadline, also when that is moved afterwards."""
    submitted = Report.objects.filter(round=round, first_submitted_at__isnull=False)
    if round.deadline_at is None:
        submitted.filter(is_late=True).update(is_late=False)
        return
    own = Coalesce(F("extended_until"), Value(round.deadline_at, output_field=DateTimeField()))
    submitted = submitted.alias(own_deadline=own)
    submitted.filter(is_late=True, first_submitted_at__lt=F("own_deadline")).update(is_late=False)
    submitted.filter(is_late=False, first_submitted_at__gte=F("own_deadline")).update(is_late=True)
