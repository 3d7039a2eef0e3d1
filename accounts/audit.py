"""The one way to write the record of what was done."""

from __future__ import annotations

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
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record() must run inside the change's transaction")
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        target_type=target._meta.label_lower,
        target_id="" if target.pk is None else str(target.pk),
        target_label=str(target)[:300],
        reason=reason,
        before=before,
        after=after,
    )
