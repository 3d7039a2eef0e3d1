"""One decision about schools as plain values, before anything is looked up or written. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that takes over: one that exists, or a new one, which needs a name and its levels.

    The name or the levels of one that exists are what it is called and teaches from that day on.
    """

    code: str
    name: str = ""
    levels: int = 0
    code_is_number: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One act by one decision. `units` are the codes that it happens to: several in a merger, else one.

    Of a split whose own code is among the parts the school goes on, with what that part says.
    `commune` and `manager` are codes or names; `lines` are the rows of a file that say it.
    """

    kind: str
    units: tuple[str, ...]
    effective_on: date
    decision_number: str
    decision_on: date
    parts: tuple[Part, ...] = ()
    name: str = ""
    levels: int = 0
    commune: str = ""
    manager: str = ""
    lines: tuple[int, ...] = ()
