"""What changes units. Each service is one act: guards, one transaction, the record of it inside."""

from __future__ import annotations

from schools.services.headcounts import set_headcounts, write_headcounts
from schools.services.memberships import appoint, check_role, end_membership
from schools.services.setting_up import CommuneCounts, create_office, import_communes, set_up_department
from schools.services.units import (
    EDITABLE,
    assign_manager,
    default_manager,
    facts,
    link_units,
    open_unit,
    open_units,
    place_unit,
    relink_units,
    update_unit,
)

__all__ = [
    "EDITABLE",
    "CommuneCounts",
    "appoint",
    "assign_manager",
    "check_role",
    "create_office",
    "default_manager",
    "end_membership",
    "facts",
    "import_communes",
    "link_units",
    "open_unit",
    "open_units",
    "place_unit",
    "relink_units",
    "set_headcounts",
    "set_up_department",
    "update_unit",
    "write_headcounts",
]
