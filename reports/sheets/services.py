"""Taking what an uploaded workbook says: into the drafts, or as submitted reports. Each report by itself.

A press of the button works for some seconds and says how many are left: pressing again goes on, and what
was done is not done twice. Drafts are saved by compare-and-swap on the version that was shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.collection.entrusting import REASON_MAX, entrust_report
from reports.collection.errors import (
    DraftConflict,
    EntrustedToAnother,
    ReasonMissing,
    ReportClosed,
    ReportInvalid,
    TokenUsed,
)
from reports.collection.services import save_draft, submit_report
from reports.sheets.comparing import SAVED, Line, compare_book, token_of
from reports.sheets.kept import KeptBook
from schools import text
from schools.scope import Scope

LONGEST_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many reports were taken, how many wait for another press, and which were not taken and why."""

    done: int
    left: int
    refused: tuple[tuple[str, str], ...] = ()


def save_book(
    *, kept: KeptBook, by: User, scope: Scope, chosen: Collection[str], reason: str, now: datetime
) -> Outcome:
    """Put the answers of every report without errors into its draft; raises ReasonMissing.

    `chosen` are the `Line.choice` of drafts that somebody has changed meanwhile and that the file replaces.
    """
    lines = [line for line in _lines(kept, by, scope, now) if line.can_save and line.taken(chosen)]
    why = _reason(lines, reason)

    def save(line: Line) -> None:
        _take_over(line, by, why, now)
        draft = save_draft(
            report=line.report,
            by=by,
            version=line.draft.version,
            values=line.form.values,
            narrative=line.form.words,
            now=now,
        )
        with transaction.atomic():
            audit.record(actor=by, action=SAVED, target=line.report, after={"version": draft.version})

    return _each(lines, save)


def submit_book(
    *, kept: KeptBook, by: User, scope: Scope, chosen: Collection[str], reason: str, now: datetime
) -> Outcome:
    """Submit every complete report; pressed twice, each has one receipt. Raises ReasonMissing."""
    lines = [line for line in _lines(kept, by, scope, now) if line.can_submit and line.taken(chosen)]
    why = _reason(lines, reason)

    def submit(line: Line) -> None:
        _take_over(line, by, why, now)
        submit_report(
            report=line.report,
            by=by,
            token=token_of(kept, line.report),
            values=line.form.values,
            narrative=line.form.words,
            on_behalf_reason="" if line.is_own else why,
            now=now,
            draft_version=line.draft.version,
        )

    return _each(lines, submit)


def _lines(kept: KeptBook, by: User, scope: Scope, now: datetime) -> tuple[Line, ...]:
    return compare_book(kept, scope=scope, user=by, now=now).lines


def _reason(lines: Collection[Line], reason: str) -> str:
    """One reason for the whole file, where anything in it is entered for somebody else."""
    said = text.clean(reason)[:REASON_MAX]
    if not said and any(not line.is_own for line in lines):
        raise ReasonMissing
    return said


def _take_over(line: Line, by: User, reason: str, now: datetime) -> None:
    if not line.is_own and (line.draft.entrusted_to_id != by.pk or line.draft.entrusted_reason != reason):
        entrust_report(report=line.report, by=by, reason=reason, now=now)


def _each(lines: Collection[Line], act: Callable[[Line], None]) -> Outcome:
    started = time.monotonic()
    done = 0
    refused: list[tuple[str, str]] = []
    for line in lines:
        # At least one at each press, however slow.
        if done + len(refused) and time.monotonic() - started >= LONGEST_SECONDS:
            break
        try:
            act(line)
        except ReportClosed as closed:
            refused.append((line.report.unit.name, closed.reason))
        except DraftConflict:
            refused.append((line.report.unit.name, _("bản nháp vừa được sửa ở nơi khác.")))
        except EntrustedToAnother:
            refused.append((line.report.unit.name, _("cán bộ khác vừa nhận nhập thay.")))
        except ReportInvalid as invalid:
            refused.append((line.report.unit.name, invalid.problems.errors[0].text))
        except TokenUsed:
            refused.append((line.report.unit.name, _("báo cáo đã được nộp từ một tệp khác.")))
        else:
            done += 1
    return Outcome(done, len(lines) - done - len(refused), tuple(refused))
