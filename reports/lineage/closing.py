"""Closing schools that a list does not name, with what becomes of their open duties: both, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from reports.rounds.succession import Handover, hand_over_duties
from schools.imports import closing
from schools.models import SchoolImport, Unit


def close_missing(
    *,
    school_import: SchoolImport,
    unit_ids: Sequence[int],
    by: User,
    closed_on: date,
    decision_number: str,
    decision_on: date,
    typed: str = "",
) -> tuple[list[Unit], list[Handover]]:
    """Close them, and take what they have not answered off the lists of open rounds. Raises ImportBlockedError."""
    with transaction.atomic():
        units = closing.close_missing(
            school_import=school_import,
            unit_ids=unit_ids,
            by=by,
            closed_on=closed_on,
            decision_number=decision_number,
            decision_on=decision_on,
            typed=typed,
        )
        words = {"day": f"{closed_on:%d/%m/%Y}", "number": decision_number, "decided": f"{decision_on:%d/%m/%Y}"}
        reason = _("Thôi hoạt động từ %(day)s (%(number)s ngày %(decided)s).") % words
        handovers = hand_over_duties(
            predecessors=units, successors=[], effective_on=closed_on, reason=reason[:300], by=by
        )
    return units, handovers
