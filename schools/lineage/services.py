"""Writes one decision: the unit as it is from that day, the event, who succeeds whom, dated rows, the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools import levels, text
from schools.lineage import guards, selectors
from schools.lineage.changes import Change, Part
from schools.models import Management, Placement, Succession, Unit, UnitEvent, UnitEventKind, UnitKind
from schools.selectors import department
from schools.services import default_manager, facts, link_units, open_units, relink_units


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a decision: who exists no longer, who takes over, which of those are new, who is back."""

    kind: str
    units: tuple[Unit, ...]
    closed: tuple[Unit, ...] = ()
    successors: tuple[Unit, ...] = ()
    created: tuple[Unit, ...] = ()
    reopened: tuple[Unit, ...] = ()


def record_change(*, change: Change, by: User | None) -> Recorded:
    """Write one decision, whole or not at all. Raises ValidationError with the reason for the user."""
    guards.demand_decision(change)
    units = [guards.find_school(code) for code in dict.fromkeys(change.units)]
    if not units:
        raise ValidationError(_("Nêu mã đơn vị."))
    for unit in units:
        guards.demand_in_order(unit, change)
    with transaction.atomic():
        match change.kind:
            case UnitEventKind.MERGED:
                return _merge(change, units, by)
            case UnitEventKind.SPLIT:
                return _split(change, units[0], by)
            case UnitEventKind.CLOSED:
                return _close(change, units[0], by)
            case UnitEventKind.REOPENED:
                return _reopen(change, units[0], by)
            case UnitEventKind.RENAMED:
                _alter(change, units[0], by, name=_demand(text.clean(change.name), _("Nêu tên mới.")))
            case UnitEventKind.RELEVELLED:
                _alter(change, units[0], by, levels=_demand(change.levels, _("Chọn cấp học mới.")))
            case UnitEventKind.MOVED:
                _relink(change, units[0], by, "commune", Placement, _commune(change))
            case UnitEventKind.REASSIGNED:
                _relink(change, units[0], by, "manager", Management, _manager(change))
            case _:
                raise ValidationError(_("Không có việc nào như vậy."))
    return Recorded(change.kind, tuple(units))


def _merge(change: Change, units: list[Unit], by: User | None) -> Recorded:
    if len(change.parts) != 1:
        raise ValidationError(_("Sáp nhập cần đúng một đơn vị kế tục."))
    part = change.parts[0]
    if part.code in {unit.code for unit in units}:
        raise ValidationError(_("Đơn vị kế tục phải khác đơn vị được nhập vào."))
    for unit in units:
        _shut(change, unit)
    union = 0
    for unit in units:
        union |= unit.levels
    successor, is_new = _take_over(change, part, by, like=units[0], levels_of_new=part.levels or union)
    if not is_new:
        _alter_if(change, successor, by, name=part.name, levels=part.levels or successor.levels | union)
    for unit in units:
        _end(change, unit, [successor], by)
    return Recorded(change.kind, tuple(units), tuple(units), (successor,), (successor,) if is_new else ())


def _split(change: Change, unit: Unit, by: User | None) -> Recorded:
    own = next((part for part in change.parts if part.code == unit.code), None)
    others = [part for part in change.parts if part.code != unit.code]
    if not others or (own is None and len(others) < 2):
        raise ValidationError(_("Chia tách cần ít nhất hai đơn vị sau khi chia, hoặc một đơn vị tách ra."))
    if len({part.code for part in others}) != len(others):
        raise ValidationError(_("Một mã đơn vị đứng hai lần trong các đơn vị sau khi chia."))
    if own is None:
        _shut(change, unit)
    taken = [_take_over(change, part, by, like=unit, levels_of_new=part.levels) for part in others]
    for part, (successor, is_new) in zip(others, taken, strict=True):
        if not is_new:
            _alter_if(change, successor, by, name=part.name, levels=part.levels or successor.levels)
    successors = tuple(successor for successor, _is_new in taken)
    _end(change, unit, successors, by, closes=own is None)
    if own is not None:
        _alter_if(change, unit, by, name=own.name, levels=own.levels or unit.levels)
    created = tuple(successor for successor, is_new in taken if is_new)
    return Recorded(change.kind, (unit,), () if own else (unit,), successors, created)


def _close(change: Change, unit: Unit, by: User | None) -> Recorded:
    successors = [guards.find_school(part.code) for part in change.parts]
    if unit in successors:
        raise ValidationError(_("Đơn vị kế tục phải khác đơn vị giải thể."))
    for successor in successors:
        guards.demand_in_order(successor, change)
    _shut(change, unit)
    _end(change, unit, successors, by)
    return Recorded(change.kind, (unit,), (unit,), tuple(successors))


def _reopen(change: Change, unit: Unit, by: User | None) -> Recorded:
    guards.demand_begun(change)
    if unit.closed_on is None:
        raise ValidationError(_("%(unit)s đang hoạt động.") % {"unit": unit.name})
    if change.effective_on < unit.closed_on:
        raise ValidationError(
            _("%(unit)s thôi hoạt động từ %(day)s; ngày hoạt động trở lại không được trước ngày đó.")
            % {"unit": unit.name, "day": guards.day(unit.closed_on)}
        )
    before = {"closed_on": unit.closed_on.isoformat()}
    for model in (Placement, Management):
        # Those that a list or an administrator closed still have their open rows.
        rows = model._default_manager.filter(unit=unit, until_on__isnull=True)
        rows.filter(from_on__gte=unit.closed_on).delete()
        rows.update(until_on=unit.closed_on)
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    link_units(units=[unit], on=change.effective_on, decision_number=change.decision_number)
    _note(change, unit, UnitEventKind.REOPENED, before, {"closed_on": None}, by)
    return Recorded(change.kind, (unit,), reopened=(unit,))


def _shut(change: Change, unit: Unit) -> None:
    """Claim the school: of two decisions at once one closes it."""
    guards.demand_rows_before(unit, change.effective_on)
    claimed = Unit.objects.filter(pk=unit.pk, closed_on__isnull=True).update(closed_on=change.effective_on)
    if not claimed:
        raise ValidationError(_("%(unit)s vừa được ghi là thôi hoạt động.") % {"unit": unit.name})
    unit.closed_on = change.effective_on
    for model in (Placement, Management):
        model._default_manager.filter(unit=unit, until_on__isnull=True).update(until_on=change.effective_on)


def _end(
    change: Change, unit: Unit, successors: list[Unit] | tuple[Unit, ...], by: User | None, *, closes: bool = True
) -> None:
    after: dict[str, Any] = {"closed_on": change.effective_on.isoformat()} if closes else {}
    after |= {"successors": [successor.code for successor in successors]} if successors else {}
    event = _note(change, unit, UnitEventKind(change.kind), {"closed_on": None} if closes else {}, after, by)
    for successor in successors:
        # A school that was reopened may end in the same one again: the line of descent is there already.
        Succession.objects.get_or_create(predecessor=unit, successor=successor, defaults={"event": event})


def _take_over(change: Change, part: Part, by: User | None, *, like: Unit, levels_of_new: int) -> tuple[Unit, bool]:
    """The unit of a part, and whether it was made now: in the place of the one it comes from."""
    unit = selectors.school_of_code(part.code)
    if unit is not None:
        guards.demand_in_order(unit, change)
        return unit, False
    if not part.code or not part.name or not levels_of_new:
        words = {"code": part.code or "–"}
        raise ValidationError(_("Không có đơn vị mã %(code)s; để lập mới, nêu mã, tên và cấp học.") % words)
    if part.code_is_number:
        raise ValidationError(
            _("Mã đơn vị mới %(code)s là ô dạng số, có thể đã mất số 0 ở đầu; hãy để ô dạng chữ.") % {"code": part.code}
        )
    unit = Unit(
        kind=UnitKind.SCHOOL,
        code=part.code,
        name=part.name,
        levels=levels_of_new,
        ownership=like.ownership,
        commune=like.commune,
        manager=default_manager(levels_of_new, like.commune, department()),
        opened_on=change.effective_on,
    )
    unit.fill_derived()
    unit.full_clean()
    open_units(units=[unit], on=change.effective_on, decision_number=change.decision_number)
    _note(change, unit, UnitEventKind.OPENED, {}, facts(unit), by)
    return unit, True


def _alter_if(change: Change, unit: Unit, by: User | None, *, name: str, levels: int) -> None:
    """The successor's new name and levels, where they differ."""
    if name and text.clean(name) != unit.name:
        _alter(change, unit, by, name=text.clean(name))
    if levels != unit.levels:
        _alter(change, unit, by, levels=levels)


def _alter(change: Change, unit: Unit, by: User | None, **values: Any) -> None:
    field, value = next(iter(values.items()))
    old = getattr(unit, field)
    if value == old:
        raise ValidationError(_("%(unit)s đang như vậy, không có gì thay đổi.") % {"unit": unit.name})
    guards.demand_begun(change)
    setattr(unit, field, value)
    unit.fill_derived()
    unit.full_clean()
    unit.save(update_fields=[field])
    kind = UnitEventKind.RENAMED if field == "name" else UnitEventKind.RELEVELLED
    before, after = ({field: levels.to_codes(side) if field == "levels" else side} for side in (old, value))
    _note(change, unit, kind, before, after, by)


def _relink(
    change: Change,
    unit: Unit,
    by: User | None,
    field: str,
    model: type[Placement] | type[Management],
    value: Unit | None,
) -> None:
    guards.demand_begun(change)
    old: Unit | None = getattr(unit, field)
    if old == value:
        raise ValidationError(_("%(unit)s đang như vậy, không có gì thay đổi.") % {"unit": unit.name})
    later = Q(from_on__gt=change.effective_on) | Q(until_on__gt=change.effective_on)
    if model._default_manager.filter(later, unit=unit).exists():
        raise ValidationError(_("%(unit)s đã có thay đổi sau ngày này; hãy ghi theo thứ tự.") % {"unit": unit.name})
    setattr(unit, field, value)
    unit.save(update_fields=[field])
    relink_units(model=model, field=field, units=[unit], on=change.effective_on, decision_number=change.decision_number)
    before, after = ({field: side.code if side else None} for side in (old, value))
    _note(change, unit, UnitEventKind(change.kind), before, after, by)


def _commune(change: Change) -> Unit:
    found = selectors.commune_named(change.commune) if change.commune else None
    if found is None:
        raise ValidationError(_("Không có xã, phường “%(name)s” trong danh mục.") % {"name": change.commune})
    return found


def _manager(change: Change) -> Unit | None:
    if text.fold(change.manager) in selectors.OUTSIDE:
        return None
    found = selectors.manager_named(change.manager, department()) if change.manager else None
    if found is None:
        raise ValidationError(_("Không có đơn vị quản lý “%(name)s” trong danh mục.") % {"name": change.manager})
    return found


def _note(
    change: Change, unit: Unit, kind: UnitEventKind, before: dict[str, Any], after: dict[str, Any], by: User | None
) -> UnitEvent:
    event = UnitEvent.objects.create(
        unit=unit,
        kind=kind,
        effective_on=change.effective_on,
        decision_number=change.decision_number,
        decision_on=change.decision_on,
        before=before,
        after=after,
        recorded_by=by,
    )
    audit.record(
        actor=by, action=f"unit.{kind}", target=unit, reason=change.decision_number, before=before, after=after
    )
    return event


def _demand(value: Any, otherwise: str) -> Any:
    if not value:
        raise ValidationError(otherwise)
    return value
