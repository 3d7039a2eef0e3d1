"""Which account is a unit's own, and which of them still wait for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import ActivationCode, User
from schools.models import Membership, Role, Unit, UnitKind
from schools.querysets import UnitQuerySet

# The role of the person who answers for a unit; other kinds have no account of their own.
ROLE_OF: dict[str, Role] = {UnitKind.SCHOOL: Role.PRINCIPAL, UnitKind.COMMUNE: Role.COMMUNE_OFFICER}
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the units of a list stand with their accounts, and which may get a code in one go."""

    fresh: list[Unit]
    open: list[Unit]
    active: int

    @property
    def inactive(self) -> int:
        return len(self.fresh) + len(self.open)


@dataclass(frozen=True, slots=True)
class AccountState:
    """One unit's account for its page: whether it is in use, and until when a slip is open."""

    user: User
    is_active: bool
    code_until: datetime | None


def accounts_of(units: Iterable[Unit]) -> dict[int, Membership]:
    """Unit id → the open membership that is the unit's account: the one named by its code, else the oldest."""
    found: dict[int, Membership] = {}
    listed = list(units)
    for start in range(0, len(listed), CHUNK):
        chunk = {unit.pk: unit for unit in listed[start : start + CHUNK]}
        rows = Membership.objects.filter(
            unit__in=chunk, role__in=ROLE_OF.values(), ended_at__isnull=True, user__is_active=True
        )
        for item in rows.select_related("user").order_by("started_at", "pk"):
            unit = chunk[item.unit_id]
            if item.role == ROLE_OF.get(unit.kind) and (
                unit.pk not in found or item.user.username == username_of(unit)
            ):
                found[unit.pk] = item
    return found


def account_state(unit: Unit, *, now: datetime) -> AccountState | None:
    """None where the unit has no account yet."""
    membership = accounts_of([unit]).get(unit.pk)
    if membership is None:
        return None
    code = _open_codes(now).filter(user=membership.user).order_by("-expires_at").first()
    return AccountState(membership.user, membership.user.has_usable_password(), code.expires_at if code else None)


def username_of(unit: Unit) -> str:
    return unit.code.lower()


def printable(units: UnitQuerySet, *, now: datetime) -> UnitQuerySet:
    """Those that can have an account today, with what a slip says of them, in name order."""
    return (
        units.filter(kind__in=ROLE_OF)
        .existing_on(timezone.localdate(now))
        .select_related("commune", "manager")
        .order_by("name_sort", "pk")
    )


def waiting(units: UnitQuerySet, *, now: datetime) -> Waiting:
    """Who has no code that is still open, who has one, and how many need none. One query."""
    mine = Membership.objects.filter(unit=OuterRef("pk"), role__in=ROLE_OF.values(), ended_at__isnull=True).filter(
        user__is_active=True
    )
    listed: Any = printable(units, now=now).annotate(
        is_in_use=Exists(mine.exclude(Q(user__password="") | Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX))),
        has_open_code=Exists(mine.filter(user__in=_open_codes(now).values("user"))),
    )
    fresh: list[Unit] = []
    with_code: list[Unit] = []
    active = 0
    for unit in listed:
        if unit.is_in_use:
            active += 1
        else:
            (with_code if unit.has_open_code else fresh).append(unit)
    return Waiting(fresh, with_code, active)


def taken_usernames(wanted: Sequence[str]) -> dict[str, User]:
    """Lower-cased name → the user who has it."""
    found: dict[str, User] = {}
    for start in range(0, len(wanted), CHUNK):
        for user in User.objects.filter(username__in=wanted[start : start + CHUNK]):
            found[user.username.lower()] = user
    return found


def _open_codes(now: datetime) -> QuerySet[ActivationCode]:
    return ActivationCode.objects.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)
