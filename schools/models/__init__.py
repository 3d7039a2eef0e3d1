"""The tree of organisation units, their history, their counts by school year, and who works in them."""

from __future__ import annotations

from schools.models.counts import Headcount, Population
from schools.models.history import DatedLink, Management, Placement, Succession, UnitEvent, UnitEventKind
from schools.models.imports import ImportedUnit, ImportMapping, SchoolImport
from schools.models.people import Membership, Role
from schools.models.units import AudienceRule, ManagedBy, Ownership, Unit, UnitKind, fill_derived

__all__ = [
    "AudienceRule",
    "DatedLink",
    "Headcount",
    "ImportMapping",
    "ImportedUnit",
    "ManagedBy",
    "Management",
    "Membership",
    "Ownership",
    "Placement",
    "Population",
    "Role",
    "SchoolImport",
    "Succession",
    "Unit",
    "UnitEvent",
    "UnitEventKind",
    "UnitKind",
    "fill_derived",
]
