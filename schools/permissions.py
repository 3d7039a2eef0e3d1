"""Who may change the list of units."""

from __future__ import annotations

from schools.scope import Scope


def can_import_schools(scope: Scope) -> bool:
    """The department's administrators only: a list rewrites what every office works with."""
    return scope.is_admin and scope.is_department and scope.can_write
