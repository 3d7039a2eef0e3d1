"""Sends the lines that are due: claimed one by one, looked at once more, marked by what happened."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from time import monotonic

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from reports.models import Channel, Reminder, ReminderState, Report, RoundState
from reports.reminders import emails, planning

logger = logging.getLogger(__name__)
# Longer than the mail server's time-out by far: a lease that runs out means that the sender is gone.
LEASE = timedelta(minutes=5)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25), timedelta(hours=2))
MOST_ATTEMPTS = len(PAUSES) + 1
MOST_AT_ONCE = 5000
SUBMITTED = "không phải nhắc nữa: đã nộp, được đưa ra khỏi danh sách hoặc đợt đã chốt"
NOTHING_LEFT = "không còn đơn vị nào chưa nộp"
TOO_OLD = "để quá 36 giờ so với giờ gửi"


@dataclass(slots=True)
class Sent:
    sent: int = 0
    failed: int = 0
    dropped: int = 0


class _ServerGone(Exception):  # noqa: N818 - not a mistake of ours: the batch ends, the next turn goes on
    """The mail server cannot be reached."""


def send_due(*, now: datetime) -> Sent:
    """One message for each recipient over one connection; what cannot be sent now is due again later."""
    started = monotonic()
    counts = Sent(dropped=_drop_unwanted(now))
    connection: BaseEmailBackend | None = None
    try:
        for pk in _waiting(now):
            connection = connection or _open()
            # A long batch must not hand out leases that have run out already.
            _send_one(pk, connection, now + timedelta(seconds=monotonic() - started), counts)
    except _ServerGone as gone:
        logger.warning("mail server: %s", gone)
    finally:
        if connection is not None:
            connection.close()
    return counts


def _waiting(now: datetime) -> Iterator[int]:
    rows = Reminder.objects.filter(_claimable(now), channel=Channel.MAIL, due_at__lte=now)
    yield from list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _claimable(now: datetime) -> Q:
    """Due and not resting after a failure, or held by somebody whose lease ran out."""
    rested = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    return (Q(state=ReminderState.DUE) & rested) | Q(state=ReminderState.SENDING, leased_until__lte=now)


def _wanted() -> QuerySet[Report]:
    return Report.objects.missing().filter(pk=OuterRef("report_id"), round__state=RoundState.OPEN)


def _drop_unwanted(now: datetime) -> int:
    """Lines that have waited too long, and those whose report has come in meanwhile."""
    waiting = Reminder.objects.filter(_claimable(now))
    old = waiting.filter(due_at__lte=now - planning.STALE)
    dropped = old.update(state=ReminderState.DROPPED, why=TOO_OLD, leased_until=None)
    done = waiting.filter(~Exists(_wanted()), report__isnull=False)
    return dropped + done.update(state=ReminderState.DROPPED, why=SUBMITTED, leased_until=None)


def _send_one(pk: int, connection: BaseEmailBackend, now: datetime, counts: Sent) -> None:
    lease = now + LEASE
    claimed = (
        Reminder.objects.filter(_claimable(now), pk=pk)
        .filter(Exists(_wanted()) | Q(report__isnull=True))
        .update(state=ReminderState.SENDING, leased_until=lease, attempts=F("attempts") + 1)
    )
    if not claimed:
        counts.dropped += _drop_submitted(pk, now)
        return
    reminder = _load(pk)
    message = _compose(reminder, now)
    if message is None:
        counts.dropped += _settle(pk, lease, ReminderState.DROPPED, why=NOTHING_LEFT)
        return
    try:
        connection.send_messages([message])
    except (SMTPException, OSError, ValueError) as error:
        counts.failed += _note_failure(reminder, lease, error, now)
        _reopen(connection)
    else:
        counts.sent += _settle(pk, lease, ReminderState.SENT, sent_at=now)


def _drop_submitted(pk: int, now: datetime) -> int:
    """Not claimed: either somebody else has it, or the report came in since it was planned."""
    rows = Reminder.objects.filter(_claimable(now), ~Exists(_wanted()), pk=pk, report__isnull=False)
    return rows.update(state=ReminderState.DROPPED, why=SUBMITTED, leased_until=None)


def _load(pk: int) -> Reminder:
    return Reminder.objects.select_related(
        "step",
        "unit",
        "user",
        "round__receiver",
        "round__through",
        "report__unit",
        "report__round__receiver",
        "report__round__through",
    ).get(pk=pk)


def _compose(reminder: Reminder, now: datetime) -> EmailMessage | None:
    if reminder.report is not None:
        return emails.unit_message(reminder=reminder, report=reminder.report, now=now)
    reports = list(planning.digest_reports(reminder, now=now))
    return emails.digest_message(reminder=reminder, reports=reports, now=now) if reports else None


def _settle(pk: int, lease: datetime, state: ReminderState, *, why: str = "", **more: datetime) -> int:
    """Only while the lease is still ours: a slow sender does not overwrite what came after it."""
    mine = Reminder.objects.filter(pk=pk, state=ReminderState.SENDING, leased_until=lease)
    return mine.update(state=state, why=why[:300], leased_until=None, **more)


def _note_failure(reminder: Reminder, lease: datetime, error: Exception, now: datetime) -> int:
    """1 when it is final: refused for good, or tried too often."""
    why = f"{type(error).__name__}: {_reply(error)}"
    logger.warning("reminder %s: %s", reminder.pk, why)
    if _is_permanent(error) or reminder.attempts >= MOST_ATTEMPTS:
        return _settle(reminder.pk, lease, ReminderState.FAILED, why=why)
    pause = PAUSES[min(reminder.attempts, len(PAUSES)) - 1]
    _settle(reminder.pk, lease, ReminderState.DUE, why=why, next_attempt_at=now + pause)
    return 0


def _codes(error: Exception) -> list[int]:
    if isinstance(error, SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, SMTPResponseException) else []


def _is_permanent(error: Exception) -> bool:
    """5xx about this message, or an address that is none; OSError is a ValueError's opposite: it passes."""
    if isinstance(error, ValueError):
        return True
    codes = _codes(error)
    return bool(codes) and all(500 <= code < 600 for code in codes)


def _reply(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return str(error)


def _open() -> BaseEmailBackend:
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise _ServerGone(str(error)) from error
    return connection


def _reopen(connection: BaseEmailBackend) -> None:
    """After an error the session may be broken; a new one tells whether the server is still there."""
    connection.close()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise _ServerGone(str(error)) from error
