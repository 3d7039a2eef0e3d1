"""Who may change the list of units."""

from __future__ import annotations

from schools.models import Role, Unit, UnitKind
from schools.scope import Scope


def can_import_schools(scope: Scope) -> bool:
    """The department's administrators only: a list rewrites what every office works with."""
    return scope.is_admin and scope.is_department and scope.can_write


def can_issue_codes(scope: Scope) -> bool:
    """Whether any unit of the scope gets its slips from this reader."""
    return can_import_schools(scope) or (scope.is_commune and scope.role == Role.COMMUNE_OFFICER)


def can_issue_code(scope: Scope, unit: Unit) -> bool:
    """The administrators for every commune and school; a commune's officers for the schools that it manages."""
    if unit.kind not in {UnitKind.SCHOOL, UnitKind.COMMUNE} or not can_issue_codes(scope):
        return False
    return scope.is_admin or (unit.kind == UnitKind.SCHOOL and unit.manager_id == scope.unit_id)
