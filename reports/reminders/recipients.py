"""To whom the mail of a unit goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from schools.models import Membership, Role, Unit, UnitKind

NO_MAIL = "chưa có thư điện tử"
# Who answers for a unit of each kind.
_ANSWERS_FOR: Mapping[str, str] = {
    UnitKind.SCHOOL: Role.PRINCIPAL,
    UnitKind.COMMUNE: Role.COMMUNE_OFFICER,
    UnitKind.OFFICE: Role.OFFICER,
    UnitKind.DEPARTMENT: Role.DEPARTMENT_ADMIN,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address; `user_id` is None where it is the unit's own."""

    email: str
    user_id: int | None = None


def recipients_of(unit_ids: Iterable[int]) -> dict[int, list[Recipient]]:
    """For each unit those who answer for it, else the unit's own address, else nobody. Two queries."""
    wanted = list(set(unit_ids))
    roles = Q()
    for kind, role in _ANSWERS_FOR.items():
        roles |= Q(unit__kind=kind, role=role)
    found: dict[int, list[Recipient]] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        people = Membership.objects.filter(roles, unit__in=some, ended_at__isnull=True, user__is_active=True)
        people = people.exclude(user__email="").order_by("unit", "user")
        for unit_id, user_id, email in people.values_list("unit_id", "user_id", "user__email"):
            found.setdefault(unit_id, []).append(Recipient(email, user_id))
        own = Unit.objects.filter(pk__in=[pk for pk in some if pk not in found])
        found.update({pk: [Recipient(email)] if email else [] for pk, email in own.values_list("pk", "email")})
    return found
