"""Accounts of units: made, given a code, handed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activation, audit
from accounts.models import User
from schools.accounts.selectors import ROLE_OF, accounts_of, taken_usernames, username_of
from schools.models import Membership, Unit


@dataclass(frozen=True, slots=True)
class UnitCode:
    """What a slip needs, held in memory until it is printed."""

    unit: Unit
    username: str
    code: str = field(repr=False)
    expires_at: datetime


def create_accounts(*, units: Iterable[Unit], by: User | None, now: datetime) -> list[UnitCode]:
    """An account for each unit that has none, and a new code for each; the codes are in the answer and nowhere else.

    Raises ValidationError for a unit that has no account of its own, or that has closed.
    """
    listed = list(units)
    for unit in listed:
        _check(unit, now)
    try:
        with transaction.atomic():
            found = {unit_id: membership.user for unit_id, membership in accounts_of(listed).items()}
            found |= _make_users([unit for unit in listed if unit.pk not in found], by=by, now=now)
            issued = activation.issue_codes(users=[found[unit.pk] for unit in listed], by=by, now=now)
    except IntegrityError:
        raise ValidationError(_("Tài khoản vừa được cấp ở nơi khác. Mở lại trang rồi thử lại.")) from None
    return [
        UnitCode(unit, item.user.username, item.code, item.expires_at)
        for unit, item in zip(listed, issued, strict=True)
    ]


def hand_over(*, unit: Unit, by: User, reason: str, now: datetime, full_name: str = "") -> UnitCode:
    """Who held the unit's account is out at once, everywhere; who comes next gets one of their own, and its code.

    What was done before stays under the old account, which gives its name, the unit's code, to the new one.
    """
    _check(unit, now)
    held = accounts_of([unit]).get(unit.pk)
    if held is None:
        raise ValidationError(_("Đơn vị chưa có tài khoản để bàn giao: cấp mã kích hoạt."))
    if held.user == by:
        raise ValidationError(_("Bạn không thể tự bàn giao tài khoản đang dùng: nhờ quản trị của Sở."))
    with transaction.atomic():
        # The claim: of two who press at once one hands over, and the other is told. Clocks of two machines differ.
        ended_at = max(now, held.started_at)
        if not Membership.objects.filter(pk=held.pk, ended_at__isnull=True).update(ended_at=ended_at):
            raise ValidationError(_("Tài khoản này vừa được bàn giao ở nơi khác."))
        audit.record(actor=by, action="membership.end", target=held)
        old_name = held.user.username
        new_name = _former_name(old_name) if old_name == username_of(unit) else old_name
        activation.close_account(user=held.user, by=by, reason=reason, username=new_name, now=now)
        user = _make_users([unit], by=by, now=now, full_name=full_name)[unit.pk]
        issued = activation.issue_codes(users=[user], by=by, now=now)[0]
        audit.record(
            actor=by,
            action="account.hand_over",
            target=unit,
            reason=reason,
            before={"user": held.user.pk, "username": old_name},
            after={"user": user.pk, "username": user.username},
        )
    return UnitCode(unit, user.username, issued.code, issued.expires_at)


def _check(unit: Unit, now: datetime) -> None:
    if unit.kind not in ROLE_OF:
        raise ValidationError(_("Chỉ trường và xã, phường có tài khoản chung của đơn vị."))
    if not unit.exists_on(timezone.localdate(now)):
        raise ValidationError(_("%(unit)s không còn hoạt động nên không được cấp tài khoản.") % {"unit": unit.name})


def _make_users(units: Sequence[Unit], *, by: User | None, now: datetime, full_name: str = "") -> dict[int, User]:
    """New accounts without a password, named by the codes of their units."""
    users = {
        unit.pk: User(username=name, full_name=full_name, password=make_password(None), date_joined=now)
        for unit, name in zip(units, _free_names(units, by=by, now=now), strict=True)
    }
    User.objects.bulk_create(users.values(), batch_size=500)
    memberships = [
        Membership(user=users[unit.pk], unit=unit, role=ROLE_OF[unit.kind], started_at=now) for unit in units
    ]
    Membership.objects.bulk_create(memberships, batch_size=500)
    for unit in units:
        audit.record(
            actor=by,
            action="account.create",
            target=users[unit.pk],
            after={"unit": unit.code, "role": ROLE_OF[unit.kind].value},
        )
    return users


def _free_names(units: Sequence[Unit], *, by: User | None, now: datetime) -> list[str]:
    """The unit's code, lower-cased; where that is another's, with a number after it."""
    taken = taken_usernames([username_of(unit) for unit in units])
    names: set[str] = set()
    found = []
    for unit in units:
        wanted = username_of(unit)
        holder = taken.get(wanted)
        if holder is not None and _worked_only_here(holder, unit):
            # The account of who left without handing over: its password must not open the new one.
            activation.close_account(
                user=holder, by=by, reason=_("Cấp tài khoản mới"), username=_former_name(wanted), now=now
            )
            holder = None
        name = wanted if holder is None and wanted not in names else _numbered(wanted, names)
        names.add(name)
        found.append(name)
    return found


def _worked_only_here(user: User, unit: Unit) -> bool:
    held = list(Membership.objects.filter(user=user).values_list("unit_id", "ended_at"))
    return bool(held) and all(unit_id == unit.pk and ended_at is not None for unit_id, ended_at in held)


def _former_name(username: str) -> str:
    return _numbered(f"{username}-truoc", set())


def _numbered(stem: str, names: set[str]) -> str:
    return next(
        name
        for number in count(1)
        if (name := f"{stem}-{number}") not in names and not User.objects.filter(username=name).exists()
    )
