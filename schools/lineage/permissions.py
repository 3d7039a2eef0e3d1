"""Who may write down what becomes of schools."""

from __future__ import annotations

from schools.scope import Scope


def can_record_change(scope: Scope) -> bool:
    """The department's administrators only: it changes who exists, and who owes what."""
    return scope.is_admin and scope.is_department and scope.can_write
