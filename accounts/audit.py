"""The one way to write the record of what was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from accounts.models import AuditEntry, User


def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry; call it inside the transaction that makes the change.

    `action` is `<noun>.<verb>`; `before` and `after` hold only JSON-ready values that changed;
    an actor of None is the portal itself. Raises TransactionManagementError outside a transaction.
    """
    _inside_a_transaction()
    entry = _entry(actor, action, target, reason, before, after)
    entry.save()
    return entry


def record_all(
    *,
    actor: User | None,
    action: str,
    changes: Iterable[tuple[models.Model, dict[str, Any] | None, dict[str, Any] | None]],
    reason: str = "",
) -> None:
    """As `record`, for many targets in one statement; `changes` is (target, before, after)."""
    _inside_a_transaction()
    AuditEntry.objects.bulk_create(
        _entry(actor, action, target, reason, before, after) for target, before, after in changes
    )


def _inside_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit.record() must run inside the change's transaction")


def _entry(
    actor: User | None,
    action: str,
    target: models.Model,
    reason: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> AuditEntry:
    return AuditEntry(
        actor=actor,
        action=action,
        target_type=target._meta.label_lower,
        target_id="" if target.pk is None else str(target.pk),
        target_label=str(target)[:300],
        reason=reason,
        before=before,
        after=after,
    )
