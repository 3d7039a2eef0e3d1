"""Who may do what with documents."""

from __future__ import annotations

from campaigns.models import Directive
from schools.scope import Scope


def can_acknowledge_directive(scope: Scope, directive: Directive, *, is_addressed: bool) -> bool:
    """Whoever works, and not only looks, in a unit to which the document is addressed."""
    return scope.can_write and is_addressed and not directive.is_stub


def can_follow_directive(scope: Scope) -> bool:
    """Who sees which units have not confirmed: the department, and a commune for its schools."""
    return scope.is_department or scope.is_commune
