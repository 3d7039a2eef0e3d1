"""Questions about units that more than one page asks."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from schools.models import Membership, Unit, UnitKind
from schools.scope import NOBODY, Scope


def scope_of(user: User | AnonymousUser) -> Scope:
    """The reach of a user: what the open membership gives, nothing without one. One query."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    membership = Membership.objects.filter(user_id=user.pk, ended_at__isnull=True).select_related("unit").first()
    if membership is None:
        return Scope(user_id=user.pk)
    return Scope(
        user_id=user.pk,
        role=membership.role,
        unit_id=membership.unit_id,
        unit_kind=membership.unit.kind,
        unit_name=membership.unit.name,
    )


def department() -> Unit | None:
    """The one department of this installation, or None before it is set up."""
    return Unit.objects.filter(kind=UnitKind.DEPARTMENT).order_by("pk").first()
