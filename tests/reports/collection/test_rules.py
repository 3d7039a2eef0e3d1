from __future__ import annotations

import pytest

from reports.collection import rules
from reports.collection.numbers import read_whole
from reports.collection.questions import Question, Row, Values
from targets.completion import Goal, Rate


def question(number: int, code: str, *rows: Row, kind: str = "people", counted: str = "staff") -> Question:
    return Question(number, number, code, "Kế hoạch", f"Câu {code}", code, "", kind, counted, rows)


YES_NO = question(1, "1.1", Row(""), kind="units", counted="")
STAFF = question(2, "1.2", Row("", known=46, goal=Goal(100), previous=Rate(37, 45)))
PUPILS = question(3, "1.4", Row("TH", known=300), Row("THCS", known=200), counted="pupils")


def kinds(found: tuple[rules.Problem, ...]) -> list[str]:
    return [problem.kind for problem in found]


def pair(n: object, d: object = None) -> Values:
    return {"1.2": {"": {"n": n, "d": d}}}  # type: ignore[dict-item]


def test_an_unanswered_question_blocks_and_is_named_by_its_number() -> None:
    found = rules.problems([YES_NO], {})
    assert [(p.kind, p.anchor, p.text) for p in found.errors] == [("missing", "q1n", "Mục 1: chọn Có hoặc Chưa.")]


def test_no_is_an_answer() -> None:
    assert not rules.problems([YES_NO], {"1.1": {"": {"n": 0, "d": 1}}})


def test_a_missing_total_is_the_known_one() -> None:
    assert not rules.problems([STAFF], pair(44))
    (filled,) = rules.answered([STAFF], pair(44))
    assert (filled.rows[0].n, filled.rows[0].d) == (44, 46)


@pytest.mark.parametrize(
    ("n", "d", "kind"),
    [
        (None, 46, "missing"),
        (47, 46, "above"),
        (-1, 46, "negative"),
        ("nhiều", 46, "not_a_number"),
        (1, -46, "negative"),
        (1_000_000_000, 2_000_000_000, "too_large"),
    ],
)
def test_what_cannot_be_counted_blocks(n: object, d: object, kind: str) -> None:
    assert kind in kinds(rules.problems([STAFF], pair(n, d)).errors)


def test_the_sentence_names_question_level_and_both_numbers() -> None:
    values: Values = {"1.4": {"TH": {"n": 1301, "d": 1300}, "THCS": {"n": 1, "d": 200}}}
    (error,) = rules.problems([PUPILS], values).errors
    assert error.text == "Mục 3, Tiểu học: số đạt (1.301) lớn hơn tổng số (1.300)."
    assert error.anchor == "q3THn"


def test_of_nobody_nothing_needs_to_be_typed() -> None:
    empty = question(2, "1.2", Row("", known=0))
    assert not rules.problems([empty], {})


def test_swapped_numbers_are_explained() -> None:
    found = rules.problems([STAFF], pair(46, 44))
    assert kinds(found.errors) == ["above"]
    assert "swapped" in kinds(found.warnings)


def test_ten_times_the_last_round_warns_and_does_not_block() -> None:
    found = rules.problems([STAFF], pair(370, 460))
    assert not found.errors
    assert {"ten_times", "far_from_known"} <= set(kinds(found.warnings))


def test_staff_changing_by_exactly_thirty_percent_is_not_worth_a_word() -> None:
    row = Row("", known=130, previous=Rate(50, 100))
    assert "staff_changed" not in kinds(rules.problems([question(1, "1.2", row)], pair(50, 130)).warnings)
    assert "staff_changed" in kinds(rules.problems([question(1, "1.2", row)], pair(50, 131)).warnings)
    assert "staff_changed" in kinds(rules.problems([question(1, "1.2", row)], pair(50, 69)).warnings)


def test_everything_at_a_hundred_percent_warns_once() -> None:
    values: Values = {**pair(46), "1.4": {"TH": {"n": 300, "d": None}, "THCS": {"n": 200, "d": None}}}
    assert kinds(rules.problems([STAFF, PUPILS], values).warnings).count("all_full") == 1
    values["1.4"]["THCS"]["n"] = 199
    assert "all_full" not in kinds(rules.problems([STAFF, PUPILS], values).warnings)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12", 12),
        (" 7 ", 7),
        ("0", 0),
        ("", None),
        (None, None),
        ("-5", -5),
        ("12,5", "12,5"),
        ("1.23", "1.23"),
        ("nhiều", "nhiều"),
        ("1.234.567.890.123", "1.234.567.890.123"),
    ],
)
def test_whole_numbers_are_read_as_people_type_them(typed: str | None, read: object) -> None:
    assert read_whole(typed) == read
