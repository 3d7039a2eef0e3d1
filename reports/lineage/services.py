"""Decisions about schools, each with what it does to open rounds: all of a batch, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.rounds.succession import Handover, add_duties, hand_over_duties
from schools.lineage.changes import Change
from schools.lineage.lines import LineProblem
from schools.lineage.services import Recorded, record_change
from schools.models import Unit, UnitEventKind


@dataclass(frozen=True, slots=True)
class Applied:
    """One decision that was, or would be, written: in words, with what it does to each open round."""

    change: Change
    title: str
    units: tuple[str, ...]
    successors: tuple[str, ...]
    created: tuple[str, ...]
    handovers: tuple[Handover, ...]


class ChangesRefusedError(Exception):
    """Why nothing of a batch is written: every problem of every line."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = list(problems)


def apply_changes(*, changes: Sequence[Change], by: User | None) -> list[Applied]:
    """Write all decisions in order, with the duties that they move; or raise ChangesRefusedError and write none."""
    with transaction.atomic():
        applied, problems = _apply(changes, by)
        if problems:
            raise ChangesRefusedError(problems)
    return applied


def try_changes(*, changes: Sequence[Change], by: User | None) -> tuple[list[Applied], list[LineProblem]]:
    """What `apply_changes` would do, and all that stands in its way; nothing stays written."""
    with transaction.atomic():
        found = _apply(changes, by)
        transaction.set_rollback(True)
    return found


def _apply(changes: Sequence[Change], by: User | None) -> tuple[list[Applied], list[LineProblem]]:
    applied: list[Applied] = []
    problems: list[LineProblem] = []
    for change in changes:
        try:
            with transaction.atomic():
                applied.append(_apply_one(change, by))
        except ValidationError as refused:
            row = change.lines[0] if change.lines else None
            problems += [LineProblem(row, message) for message in refused.messages]
    return applied, problems


def _apply_one(change: Change, by: User | None) -> Applied:
    recorded = record_change(change=change, by=by)
    return Applied(
        change=change,
        title=str(UnitEventKind(change.kind).label),
        units=_names(recorded.units),
        successors=_names(recorded.successors),
        created=_names(recorded.created),
        handovers=tuple(_duties(change, recorded, by)),
    )


def _duties(change: Change, recorded: Recorded, by: User | None) -> list[Handover]:
    reason = _reason(change, recorded)
    if recorded.closed:
        return hand_over_duties(
            predecessors=recorded.closed,
            successors=recorded.successors,
            effective_on=change.effective_on,
            reason=reason,
            by=by,
        )
    begun = (*recorded.created, *recorded.reopened)
    return add_duties(units=begun, effective_on=change.effective_on, reason=reason, by=by) if begun else []


def _reason(change: Change, recorded: Recorded) -> str:
    words = {
        "title": UnitEventKind(change.kind).label,
        "units": ", ".join(_names(recorded.units)),
        "successors": ", ".join(_names(recorded.successors)),
        "day": f"{change.effective_on:%d/%m/%Y}",
        "number": change.decision_number,
        "decided": f"{change.decision_on:%d/%m/%Y}",
    }
    if recorded.successors:
        said = _("%(title)s từ %(day)s: %(units)s → %(successors)s (%(number)s ngày %(decided)s).") % words
    else:
        said = _("%(title)s từ %(day)s: %(units)s (%(number)s ngày %(decided)s).") % words
    return said if len(said) <= 300 else said[:299] + "…"


def _names(units: Sequence[Unit]) -> tuple[str, ...]:
    return tuple(unit.name for unit in units)
