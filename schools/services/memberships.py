"""Who works in which unit, in which role."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools.models import Membership, Role, Unit, UnitKind

ROLES_OF: dict[str, frozenset[str]] = {
    UnitKind.DEPARTMENT: frozenset({Role.DEPARTMENT_ADMIN, Role.OFFICER, Role.VIEWER}),
    UnitKind.OFFICE: frozenset({Role.OFFICER, Role.VIEWER}),
    UnitKind.COMMUNE: frozenset({Role.COMMUNE_OFFICER, Role.VIEWER}),
    UnitKind.SCHOOL: frozenset({Role.PRINCIPAL, Role.SCHOOL_STAFF, Role.VIEWER}),
}


def check_role(*, unit: Unit, role: str) -> None:
    """Raise ValidationError for a role that a unit of that kind does not have."""
    if role not in ROLES_OF[unit.kind]:
        raise ValidationError(_("Vai trò này không có ở loại đơn vị đã chọn."))


def appoint(*, user: User, unit: Unit, role: str, by: User | None) -> Membership:
    """Give a user a role in a unit from now on; the one held until now ends."""
    check_role(unit=unit, role=role)
    now = timezone.now()
    with transaction.atomic():
        held = Membership.objects.filter(user=user, ended_at__isnull=True).select_related("unit").first()
        if held is not None and (held.unit_id, held.role) == (unit.pk, role):
            return held
        before = None if held is None else {"unit": held.unit.code, "role": held.role}
        Membership.objects.filter(user=user, ended_at__isnull=True).update(ended_at=now)
        membership = Membership.objects.create(user=user, unit=unit, role=role, started_at=now)
        audit.record(
            actor=by,
            action="membership.appoint",
            target=membership,
            before=before,
            after={"user": user.username, "unit": unit.code, "role": role},
        )
    return membership


def end_membership(*, membership: Membership, by: User | None) -> None:
    """The user's work in the unit ends now; what is ended stays ended."""
    with transaction.atomic():
        ended = Membership.objects.filter(pk=membership.pk, ended_at__isnull=True).update(ended_at=timezone.now())
        if ended:
            audit.record(actor=by, action="membership.end", target=membership)
