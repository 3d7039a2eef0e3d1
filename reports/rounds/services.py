"""What happens to a round: it is made, opened and closed, and the list of who is expected is changed by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Campaign, Directive
from reports.models import (
    CompletionDue,
    Draft,
    Report,
    Round,
    RoundAudience,
    RoundIndicator,
    RoundState,
)
from reports.rounds.dates import (
    Deadline,
    apply_deadline,
    extend_deadline,
    plan_reminder_steps,
    set_deadline,
)
from reports.rounds.errors import RoundError
from reports.rounds.expectations import add_report, exclude_report, restore_report
from reports.rounds.selectors import owing_units
from schools import text
from schools.models import Unit
from targets.models import Indicator

__all__ = [
    "DEADLINE_FIELDS",
    "EDITABLE",
    "Audience",
    "Deadline",
    "RoundError",
    "add_report",
    "close_round",
    "create_round",
    "exclude_report",
    "extend_deadline",
    "open_round",
    "plan_reminder_steps",
    "restore_report",
    "set_deadline",
    "update_round",
]

BATCH = 2000
# What of a round may be put right at any time before it is closed; dates have services of their own.
EDITABLE = ("name", "directive", "through", "annex_note", "ask_narrative")
DEADLINE_FIELDS = ("deadline_on", "deadline_rule", "deadline_time", "deadline_words")


@dataclass(frozen=True, slots=True)
class Audience:
    """A group that a new round asks: RoundAudience before it has a round."""

    wording: str
    unit_kind: str = "school"
    levels: int = 0
    managed_by: str = ""
    commune: Unit | None = None
    unit: Unit | None = None


def create_round(
    *,
    campaign: Campaign,
    name: str,
    kind: str,
    year: int,
    school_year: int,
    receiver: Unit,
    indicators: Sequence[Indicator],
    audiences: Sequence[Audience],
    by: User | None,
    deadline: Deadline | None = None,
    cutoff_on: date | None = None,
    locks_at: datetime | None = None,
    through: Unit | None = None,
    directive: Directive | None = None,
    previous: Round | None = None,
    commune_reviews_first: bool = False,
    ask_narrative: bool = True,
    code: str = "",
) -> Round:
    """Plan a round; nobody owes anything until it is opened. Raises ValidationError with the model's messages."""
    new = Round(
        campaign=campaign,
        code=code or _free_code(campaign, f"{name} {year}"),
        name=text.clean(name),
        kind=kind,
        year=year,
        school_year=school_year,
        receiver=receiver,
        through=through,
        directive=directive,
        previous=previous,
        cutoff_on=cutoff_on,
        locks_at=locks_at,
        commune_reviews_first=commune_reviews_first,
        ask_narrative=ask_narrative,
    )
    if deadline is not None:
        apply_deadline(new, deadline)
    if not audiences:
        raise ValidationError({"audiences": _("Chọn ít nhất một nhóm đơn vị phải báo cáo.")})
    new.full_clean()
    with transaction.atomic():
        new.save()
        RoundIndicator.objects.bulk_create(
            RoundIndicator(round=new, indicator=indicator, order=order) for order, indicator in enumerate(indicators)
        )
        RoundAudience.objects.bulk_create(
            RoundAudience(
                round=new,
                order=order,
                wording=rule.wording,
                unit_kind=rule.unit_kind,
                levels=rule.levels,
                managed_by=rule.managed_by,
                commune=rule.commune,
                unit=rule.unit,
            )
            for order, rule in enumerate(audiences)
        )
        plan_reminder_steps(round=new)
        audit.record(actor=by, action="round.create", target=new)
    return new


def update_round(*, round: Round, by: User | None, **changes: Any) -> None:
    """Put right some of EDITABLE; what stays the same is no change. Raises RoundError when it is closed."""
    if round.state == RoundState.CLOSED:
        raise RoundError(_("Đợt đã chốt, không sửa được."))
    if strange := set(changes) - set(EDITABLE):
        raise ValueError(f"not for update_round: {sorted(strange)}")
    changed = {name: value for name, value in changes.items() if getattr(round, name) != value}
    if not changed:
        return
    before = {name: str(getattr(round, name)) for name in changed}
    for name, value in changed.items():
        setattr(round, name, value)
    round.full_clean()
    with transaction.atomic():
        round.save(update_fields=[*changed])
        after = {name: str(value) for name, value in changed.items()}
        audit.record(actor=by, action="round.update", target=round, before=before, after=after)


def open_round(*, round: Round, by: User | None, now: datetime | None = None) -> int:
    """Make one report and one empty draft for each unit that owes one; returns how many.

    Who owes is decided by who exists on the last valid day, today where the round has no date.
    Raises RoundError when the round is not planned any more: of two who press at once one opens it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        claimed = Round.objects.filter(pk=round.pk, state=RoundState.PLANNED).update(
            state=RoundState.OPEN, opened_at=now, opened_by=by
        )
        if not claimed:
            raise RoundError(_("Đợt này đã được mở."))
        round.refresh_from_db()
        made = _make_reports(round, now=now)
        plan_reminder_steps(round=round)
        audit.record(actor=by, action="round.open", target=round, after={"reports": made})
        CompletionDue.objects.create(round=round)
    return made


def close_round(*, round: Round, by: User | None, now: datetime | None = None) -> None:
    """Freeze the round: nothing is submitted or taken off the list any more. Raises RoundError unless it is open."""
    with transaction.atomic():
        claimed = Round.objects.filter(pk=round.pk, state=RoundState.OPEN).update(
            state=RoundState.CLOSED, closed_at=now or timezone.now(), closed_by=by
        )
        if not claimed:
            raise RoundError(_("Chỉ chốt được đợt đang mở."))
        # Waits for reports that are just coming in; whoever waited for these rows finds them newer, and looks again.
        Report.objects.filter(round=round).update(version=F("version") + 1)
        round.refresh_from_db()
        audit.record(actor=by, action="round.close", target=round)
        CompletionDue.objects.create(round=round)


def _make_reports(round: Round, *, now: datetime) -> int:
    rows = iter(owing_units(round, now).values_list("pk", "levels", "commune_id", "manager_id"))
    made = 0
    for batch in _batches(rows):
        reports = Report.objects.bulk_create(
            Report(round=round, unit_id=unit, levels=levels, commune_id=commune, manager_id=manager)
            for unit, levels, commune, manager in batch
        )
        Draft.objects.bulk_create(Draft(report=report) for report in reports)
        made += len(reports)
    return made


def _batches(
    rows: Iterator[tuple[int, int, int | None, int | None]],
) -> Iterator[list[tuple[int, int, int | None, int | None]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _free_code(campaign: Campaign, wanted: str) -> str:
    """A slug of the name that no other round of the campaign has."""
    base = slugify(text.fold(wanted))[:50] or "dot"
    taken = set(Round.objects.filter(campaign=campaign, code__startswith=base).values_list("code", flat=True))
    return next(code for number in count(1) if (code := base if number == 1 else f"{base}-{number}") not in taken)
