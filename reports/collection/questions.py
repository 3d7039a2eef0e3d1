"""The form of one report as plain values: sections, questions, the cells under them. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from django.utils.translation import gettext as _

from schools.levels import LEVEL_NAMES
from targets.completion import Completion, Goal, Rate, Status

# A whole number; None where nothing was answered; the words themselves where they are no number,
# so that a draft gives back exactly what was typed.
Cell: TypeAlias = "int | str | None"
# {indicator code: {level or "": {"n": cell, "d": cell}}}, as Draft.values keeps it. A cell that is not there
# was never answered, and what the portal knows stands in it; an "n" of None was emptied on purpose.
Values: TypeAlias = "dict[str, dict[str, dict[str, Cell]]]"
Narrative: TypeAlias = "dict[str, str]"


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer that this unit has given elsewhere; `source` says where, in words: 'báo cáo Tổng kết 2026'."""

    numerator: int
    denominator: int
    source: str


def mark_of(values: Values) -> str:
    """Sixteen characters that stand for these answers: whoever saw them can say so."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: a numerator and a denominator, for one level or (level "") the whole school.

    `known` is the denominator that the portal knows, from `known_from` in words; `previous` is what this
    unit answered in the round before; `offered` stands here until the unit answers for itself. `same_as`
    is the number of the question whose total, typed there for the same people, stands here too.
    """

    level: str
    known: int | None = None
    goal: Goal | None = None
    previous: Rate | None = None
    n: Cell = None
    d: Cell = None
    known_from: str = ""
    offered: Offered | None = None
    same_as: int | None = None

    @property
    def level_name(self) -> str:
        return str(LEVEL_NAMES[self.level]) if self.level else ""

    @property
    def rate(self) -> Rate | None:
        """None while the pair is not two numbers that fit each other."""
        if isinstance(self.n, int) and isinstance(self.d, int) and 0 <= self.n <= self.d:
            return Rate(self.n, self.d)
        return None

    @property
    def percent(self) -> Decimal | None:
        return self.rate.percent if self.rate else None

    @property
    def previous_percent(self) -> Decimal | None:
        return self.previous.percent if self.previous else None

    @property
    def goal_percent(self) -> Decimal | None:
        return self.goal.percent if self.goal else None

    @property
    def is_answered(self) -> bool:
        return self.n is not None and self.d is not None

    @property
    def is_prefilled(self) -> bool:
        """Whether the denominator is one that the portal knew."""
        return self.d is not None and (
            self.d == self.known or self.same_as is not None or self._is_offered(self.d, "denominator")
        )

    @property
    def is_offered(self) -> bool:
        """Whether the numerator is the one that was given elsewhere."""
        return self._is_offered(self.n, "numerator")

    @property
    def answer_from(self) -> str:
        """Where the answer that stands here comes from, in words; blank where the unit typed it."""
        return self.offered.source if self.offered and self.is_offered else ""

    @property
    def total_from(self) -> str:
        """Where the total that stands here comes from, in words; blank where the unit typed it."""
        if not self.is_prefilled:
            return ""
        if self.offered and self.is_offered and self._is_offered(self.d, "denominator"):
            return self.offered.source
        if self.d == self.known:
            return self.known_from
        if self.same_as is not None:
            return _("mục %(number)s") % {"number": self.same_as}
        return self.offered.source if self.offered else ""

    def _is_offered(self, cell: Cell, part: str) -> bool:
        return self.offered is not None and cell == getattr(self.offered, part)

    @property
    def cells(self) -> dict[str, Cell]:
        """As a draft keeps it: an empty numerator is an answer only where one was offered and emptied."""
        if self.n is None and self.offered is None:
            return {"d": self.d}
        return {"n": self.n, "d": self.d}

    @property
    def n_text(self) -> str:
        return "" if self.n is None else str(self.n)

    @property
    def d_text(self) -> str:
        return "" if self.d is None else str(self.d)

    @property
    def completion(self) -> Completion:
        rate = self.rate
        return Completion(1, 1, rate.numerator, rate.denominator) if rate else Completion(1, 0)

    @property
    def status(self) -> Status | None:
        return self.completion.status(self.goal) if self.rate and self.rate.applies else None

    @property
    def is_low(self) -> bool:
        return self.status is Status.BEHIND

    @property
    def missing(self) -> int:
        """How many more people the target needs."""
        return self.completion.missing(self.goal)

    @property
    def target_label(self) -> str:
        """'80', '62,5' or '': the number alone, the words around it belong to the page."""
        if self.goal is None or self.goal.percent is None:
            return ""
        return f"{self.goal.percent.normalize():f}".replace(".", ",")


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator as it is asked; `number` is its place on the form, by which people talk of it."""

    number: int
    indicator_id: int
    code: str
    section: str
    text: str
    short_name: str
    hint: str
    kind: str
    counted: str
    rows: tuple[Row, ...]

    @property
    def is_yes_no(self) -> bool:
        return self.kind == "units"

    @property
    def is_answered(self) -> bool:
        return all(row.is_answered for row in self.rows)

    @property
    def has_levels(self) -> bool:
        return len(self.rows) > 1

    def name(self, part: str, level: str) -> str:
        """The name of a field: n-1.4-TH."""
        return f"{part}-{self.code}-{level}"

    def anchor(self, level: str, part: str = "n") -> str:
        """The id of a field, to which errors link."""
        return f"q{self.number}{level}{part}"


@dataclass(frozen=True, slots=True)
class Section:
    letter: str
    title: str
    questions: tuple[Question, ...]

    @property
    def is_answered(self) -> bool:
        return all(question.is_answered for question in self.questions)


@dataclass(frozen=True, slots=True)
class NarrativeField:
    number: int
    key: str
    label: str
    hint: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that one report asks, with what was answered so far."""

    sections: tuple[Section, ...] = ()
    narrative: tuple[NarrativeField, ...] = ()
    words: Narrative = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def values(self) -> Values:
        """The answers with what the portal knew filled in, as a draft and a submission take them."""
        return {q.code: {row.level: row.cells for row in q.rows} for q in self.questions}

    @property
    def answered(self) -> int:
        return sum(question.is_answered for question in self.questions)

    @property
    def unanswered(self) -> int:
        return len(self.questions) - self.answered

    @property
    def has_words(self) -> bool:
        return any(field.text for field in self.narrative)

    @property
    def closing_letter(self) -> str:
        """The letter of the last section: words and evidence."""
        return chr(ord("A") + len(self.sections))

    @property
    def evidence_number(self) -> int:
        return len(self.questions) + len(self.narrative) + 1
