"""Strict reading of nested mappings: what is missing, unknown or of the wrong form is noted with its path. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from schools import levels

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where ('rounds[0].deadline.on') and a sentence for the author."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class PackError(ValueError):
    """A pack that cannot be used; `problems` holds all that was found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class Node:
    """One mapping of a pack. Every key is asked for once; `done` reports those that nobody asked for.

    All scalars come as strings: the file is read without YAML's guesses about types, so that the
    code 00004 and the indicator 1.1 stay as written.
    """

    def __init__(self, raw: object, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()
        self._raw: dict[str, object] = {}
        if isinstance(raw, dict):
            self._raw = {str(key): value for key, value in raw.items()}
        else:
            self.wrong("", _("Ở đây phải là một nhóm khóa và giá trị."))

    def at(self, key: str) -> str:
        return ".".join(part for part in (self.path, key) if part)

    def wrong(self, key: str, message: str) -> None:
        self.problems.append(Problem(self.at(key), message))

    def done(self) -> None:
        for key in self._raw.keys() - self._asked:
            self.wrong(key, _("Không có khóa này trong định dạng gói."))

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return self._raw.get(key) not in (None, "")

    def keys(self) -> list[str]:
        """All keys, for mappings whose keys are data: years, levels."""
        self._asked.update(self._raw)
        return list(self._raw)

    def _value(self, key: str, required: bool) -> object:
        self._asked.add(key)
        value = self._raw.get(key)
        if value in (None, ""):
            if required:
                self.wrong(key, _("Thiếu giá trị này."))
            return None
        return value

    def text(self, key: str, *, required: bool = False, most: int = 0) -> str:
        value = self._value(key, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(key, _("Ở đây phải là một đoạn chữ."))
            return ""
        value = " ".join(value.split())
        if most and len(value) > most:
            self.wrong(key, _("Dài %(length)d ký tự, chỉ được tối đa %(most)d.") % {"length": len(value), "most": most})
        return value

    def slug(self, key: str, *, required: bool = False, most: int = 60) -> str:
        value = self.text(key, required=required, most=most)
        if value and not _SLUG.fullmatch(value):
            self.wrong(key, _("Mã chỉ gồm chữ thường không dấu, số và gạch nối."))
        return value

    def choice(self, key: str, known: Collection[str], *, default: str | None = None) -> str:
        value = self.text(key, required=default is None)
        if value and value not in known:
            self.wrong(
                key,
                _("“%(value)s” không có trong các giá trị cho phép: %(known)s.")
                % {"value": value, "known": ", ".join(item for item in known if item)},
            )
        return value or (default or "")

    def number(self, key: str, low: int, high: int, *, required: bool = False) -> int | None:
        value = self.text(key, required=required)
        if not value:
            return None
        if not value.isascii() or not value.isdecimal() or not low <= int(value) <= high:
            self.wrong(key, _("Phải là số nguyên từ %(low)d đến %(high)d.") % {"low": low, "high": high})
            return None
        return int(value)

    def year(self, key: str, *, required: bool = False) -> int | None:
        return self.number(key, 1945, 2100, required=required)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.choice(key, ("true", "false"), default="true" if default else "false")
        return value == "true"

    def day(self, key: str) -> date | None:
        value = self.text(key)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(key, _("“%(value)s” không phải là ngày; viết dạng 2026-12-15.") % {"value": value})
            return None

    def hour(self, key: str) -> time | None:
        value = self.text(key)
        if not value:
            return None
        try:
            return time.fromisoformat(value)
        except ValueError:
            self.wrong(key, _("“%(value)s” không phải là giờ; viết dạng 17:00.") % {"value": value})
            return None

    def percent(self, key: str) -> Decimal | None:
        """A share over 0 up to 100, or None for 'khuyến khích'."""
        value = self.text(key, required=True)
        if not value or value == "khuyến khích":
            return None
        try:
            share = Decimal(value)
        except InvalidOperation:
            share = Decimal(0)
        if not 0 < share <= 100:
            self.wrong(key, _("Chỉ tiêu là số phần trăm từ trên 0 đến 100, hoặc “khuyến khích”."))
            return None
        return share

    def names(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of short strings."""
        value = self._value(key, required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, _("Ở đây phải là một danh sách các mã."))
            return ()
        return tuple(value)

    def levels(self, key: str, *, required: bool = False) -> int:
        """A mask from a list of level codes, or the word 'all'."""
        if self._raw.get(key) == "all":
            self._asked.add(key)
            return levels.ALL_LEVELS
        found = 0
        for code in self.names(key, required=required):
            if code in levels.LEVEL_CODES:
                found |= levels.from_codes([code])
            else:
                self.wrong(
                    key,
                    _("Cấp học “%(code)s” không có trong danh mục: %(known)s.")
                    % {"code": code, "known": ", ".join(levels.LEVEL_CODES)},
                )
        return found

    def child(self, key: str, *, required: bool = False) -> Node | None:
        value = self._value(key, required)
        return None if value is None else Node(value, self.at(key), self.problems)

    def children(self, key: str) -> Iterator[Node]:
        """The mappings of a list; each is checked for unknown keys once the caller has read it."""
        value = self._value(key, required=False)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(key, _("Ở đây phải là một danh sách."))
            return
        for index, raw in enumerate(value):
            node = Node(raw, f"{self.at(key)}[{index}]", self.problems)
            yield node
            node.done()
