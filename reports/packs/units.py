"""The units that a pack names, found among those of the installation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.packs import Pack
from campaigns.packs.model import Rule, UnitRef
from schools import communes, selectors
from schools.models import Unit, UnitKind
from schools.services import create_office


class LoadError(ValueError):
    """A pack that is well formed but does not fit this installation; the message is for people."""


class UnitFinder:
    """Finds each unit once; raises LoadError for one that is not there."""

    def __init__(self, pack: Pack, by: User | None) -> None:
        self.department = _department_of(pack)
        self._found: dict[UnitRef, Unit] = {UnitRef(UnitKind.DEPARTMENT): self.department}
        for spec in pack.offices:
            self._found[UnitRef(UnitKind.OFFICE, spec.code)] = create_office(
                department=self.department, code=spec.code, name=spec.name, short_name=spec.short_name, by=by
            )

    def unit(self, ref: UnitRef) -> Unit:
        if ref not in self._found:
            found = Unit.objects.filter(kind=ref.kind, code=ref.code).first()
            if found is None:
                kind = UnitKind(ref.kind).label
                message = _("Chưa có đơn vị mã “%(code)s” (%(kind)s) trong cổng: nhập danh mục đơn vị trước.")
                raise LoadError(message % {"code": ref.code, "kind": kind})
            self._found[ref] = found
        return self._found[ref]

    def maybe(self, ref: UnitRef | None) -> Unit | None:
        return None if ref is None else self.unit(ref)

    def office(self, code: str) -> Unit | None:
        return self.unit(UnitRef(UnitKind.OFFICE, code)) if code else None

    def offices(self, codes: tuple[str, ...]) -> list[Unit]:
        return [self.unit(UnitRef(UnitKind.OFFICE, code)) for code in codes]

    def rule_fields(self, rule: Rule) -> dict[str, Any]:
        """The columns of AudienceRule."""
        return {
            "wording": rule.wording,
            "unit_kind": rule.unit_kind,
            "levels": rule.levels,
            "managed_by": rule.managed_by,
            "commune": self.maybe(rule.commune),
            "unit": self.maybe(rule.unit),
        }


def _department_of(pack: Pack) -> Unit:
    province = communes.province(pack.province)
    department = selectors.department()
    if department is None:
        raise LoadError(_("Chưa có Sở GDĐT trong cổng: nhập danh mục xã, phường của tỉnh trước."))
    if department.code != province.code:
        message = _("Gói này của %(province)s, còn cổng này của %(department)s.")
        raise LoadError(message % {"province": province.name, "department": department.name})
    return department
