"""What a user may see, decided once per request. Pure: no database in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The reach of one signed-in user.

    `unit_id` is the unit the user works in; `reach` is `province` (the department and its
    offices), `commune` (what stands in or is managed by that commune), `unit` (one school) or
    `nothing` (no open membership).
    """

    user_id: int | None = None
    role: str = ""
    unit_id: int | None = None
    unit_kind: str = ""
    unit_name: str = ""

    @property
    def reach(self) -> str:
        if self.unit_id is None:
            return "nothing"
        return {"department": "province", "office": "province", "commune": "commune"}.get(self.unit_kind, "unit")

    @property
    def is_school(self) -> bool:
        return self.unit_kind == "school"

    @property
    def is_commune(self) -> bool:
        return self.unit_kind == "commune"

    @property
    def is_department(self) -> bool:
        """The department itself or one of its offices."""
        return self.reach == "province"

    @property
    def is_admin(self) -> bool:
        return self.role == "department_admin"

    @property
    def can_write(self) -> bool:
        return self.role not in {"", "viewer"}


NOBODY = Scope()
