"""Who may make and run rounds."""

from __future__ import annotations

from reports.models import Round
from schools.scope import Scope


def can_create_round(scope: Scope) -> bool:
    """The department and its offices; a commune for its own schools."""
    return scope.can_write and (scope.is_department or scope.is_commune)


def can_manage_round(scope: Scope, round: Round) -> bool:
    """Open, close, extend, change the list: the department, or the commune that receives the round."""
    return scope.can_write and (scope.is_department or (scope.is_commune and round.receiver_id == scope.unit_id))
