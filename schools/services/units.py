"""One unit or many: opened, corrected, placed in a commune, given a manager."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools import levels
from schools.levels import Level
from schools.models import Management, Placement, Unit, UnitEvent, UnitEventKind, UnitKind, fill_derived

DEPARTMENT_LEVELS = Level.THPT | Level.GDTX | Level.GDNN | Level.TC
OUTSIDE_LEVELS = Level.CD | Level.DH


def default_manager(level_mask: int, commune: Unit | None, department: Unit | None) -> Unit | None:
    """Who manages a school by its highest level: the commune, the department, or nobody of the sector."""
    if level_mask & OUTSIDE_LEVELS:
        return None
    if level_mask & DEPARTMENT_LEVELS:
        return department
    return commune


def open_unit(*, unit: Unit, by: User | None, on: date | None = None, decision_number: str = "") -> Unit:
    """Write a new unit with its place and manager; the event too, when the day it was opened is known."""
    _clean(unit, exclude=None)
    with transaction.atomic():
        open_units(units=[unit], on=on, decision_number=decision_number)
        if on is not None:
            _note(unit, UnitEventKind.OPENED, on, decision_number, by, {}, facts(unit))
        audit.record(actor=by, action="unit.create", target=unit, after=facts(unit))
    return unit


def open_units(*, units: Sequence[Unit], on: date | None = None, decision_number: str = "") -> None:
    """Write many new units and their dated rows; the caller holds the transaction and writes the record of it."""
    fill_derived(units)
    Unit.objects.bulk_create(units, batch_size=500)
    link_units(units=units, on=on, decision_number=decision_number)


def link_units(*, units: Sequence[Unit], on: date | None = None, decision_number: str = "") -> None:
    """The first place and manager of units that have no dated rows yet."""
    dated = {"from_on": on, "decision_number": decision_number}
    Placement.objects.bulk_create(
        [Placement(unit=unit, commune_id=unit.commune_id, **dated) for unit in units if unit.commune_id],
        batch_size=1000,
    )
    Management.objects.bulk_create(
        [Management(unit=unit, manager_id=unit.manager_id, **dated) for unit in units if unit.manager_id],
        batch_size=1000,
    )


def update_unit(*, unit: Unit, by: User | None, reason: str = "", **values: Any) -> Unit:
    """Change plain facts of a unit (name, code, levels, address …); place and manager have services of their own."""
    if not values.keys() <= EDITABLE:
        raise ValueError(f"not plain facts: {sorted(values.keys() - EDITABLE)}")
    before = facts(unit)
    for field, value in values.items():
        setattr(unit, field, value)
    _clean(unit, exclude=None)
    changed = {key: value for key, value in facts(unit).items() if value != before[key]}
    if changed:
        with transaction.atomic():
            unit.save(update_fields=list(values))
            audit.record(
                actor=by,
                action="unit.update",
                target=unit,
                reason=reason,
                before={key: before[key] for key in changed},
                after=changed,
            )
    return unit


def place_unit(
    *, unit: Unit, commune: Unit | None, by: User | None, on: date | None = None, decision_number: str = ""
) -> Unit:
    """A school stands in another commune from a day on (today, unless told); the old place stays as history."""
    if commune is not None and commune.kind != UnitKind.COMMUNE:
        raise ValidationError(_("Nơi đặt phải là một xã, phường hoặc đặc khu."))
    return _relink(unit, "commune", commune, Placement, UnitEventKind.MOVED, by, on, decision_number)


def assign_manager(
    *, unit: Unit, manager: Unit | None, by: User | None, on: date | None = None, decision_number: str = ""
) -> Unit:
    """Another unit manages this one from a day on (today, unless told); the old manager stays as history."""
    if manager is not None and manager.pk == unit.pk:
        raise ValidationError(_("Một đơn vị không thể tự quản lý mình."))
    return _relink(unit, "manager", manager, Management, UnitEventKind.REASSIGNED, by, on, decision_number)


def relink_units(
    *, model: type[Placement] | type[Management], field: str, units: Sequence[Unit], on: date, decision_number: str = ""
) -> None:
    """Turn the page of many units' dated rows at once: close the open row, begin the one that the unit now says.

    A row that began on the same day or later is corrected in place: a span of no days is no history.
    """
    ids = [unit.pk for unit in units]
    rows = model._default_manager.filter(unit_id__in=ids, until_on__isnull=True)
    rows.filter(from_on__gte=on).delete()
    rows.filter(models.Q(from_on__isnull=True) | models.Q(from_on__lt=on)).update(until_on=on)
    new = [
        model(
            **{
                "unit_id": unit.pk,
                f"{field}_id": getattr(unit, f"{field}_id"),
                "from_on": on,
                "decision_number": decision_number,
            }
        )
        for unit in units
        if getattr(unit, f"{field}_id") is not None
    ]
    model._default_manager.bulk_create(new, batch_size=1000)  # type: ignore[arg-type]


EDITABLE = frozenset(
    {"code", "name", "short_name", "levels", "ownership", "address", "email", "phone", "opened_on", "closed_on"}
)


def facts(unit: Unit) -> dict[str, Any]:
    """A unit as the record keeps it: plain values only."""
    return {
        "kind": unit.kind,
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "levels": levels.to_codes(unit.levels),
        "ownership": unit.ownership,
        "commune": unit.commune.code if unit.commune else None,
        "manager": unit.manager.code if unit.manager else None,
        "address": unit.address,
        "email": unit.email,
        "phone": unit.phone,
        "opened_on": unit.opened_on.isoformat() if unit.opened_on else None,
        "closed_on": unit.closed_on.isoformat() if unit.closed_on else None,
    }


def _clean(unit: Unit, *, exclude: list[str] | None) -> None:
    unit.fill_derived()
    unit.full_clean(exclude=exclude)


def _relink(
    unit: Unit,
    field: str,
    value: Unit | None,
    model: type[Placement] | type[Management],
    event: UnitEventKind,
    by: User | None,
    on: date | None,
    decision_number: str,
) -> Unit:
    old: Unit | None = getattr(unit, field)
    if old == value:
        return unit
    day = on or timezone.localdate()
    before, after = ({field: side.code if side else None} for side in (old, value))
    with transaction.atomic():
        setattr(unit, field, value)
        unit.save(update_fields=[field])
        relink_units(model=model, field=field, units=[unit], on=day, decision_number=decision_number)
        _note(unit, event, day, decision_number, by, before, after)
        audit.record(actor=by, action=f"unit.{event}", target=unit, before=before, after=after)
    return unit


def _note(
    unit: Unit,
    kind: UnitEventKind,
    on: date,
    decision_number: str,
    by: User | None,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    UnitEvent.objects.create(
        unit=unit,
        kind=kind,
        effective_on=on,
        decision_number=decision_number,
        before=before,
        after=after,
        recorded_by=by,
    )
