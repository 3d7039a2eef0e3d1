"""The measure itself: an answer holds against what it says, and against nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.imports_corpus.answers import Case, Either, School
from tests.imports_corpus.compare import differences, silent_errors
from tests.imports_corpus.everything import CASES

ACTIONS = ("new", "changed", "unchanged", "error")


def perfect(case: Case) -> dict[str, Any]:
    """The document that says what the answer says; of two readings the first."""
    actions = [str(_first(school.action)) for school in case.preview]
    counts = {action: actions.count(action) for action in ACTIONS}
    return {
        "sheet": case.sheet,
        "header_row": _first(case.header_row),
        "mapping": {field: _header(header) for field, header in case.mapping.items()},
        "rows": {**counts, "skipped": case.rows.skipped, "total": len(actions) + case.rows.skipped},
        "missing_from_file": sorted(case.missing),
        "problems": [
            {
                "row": problem.row,
                "column": problem.column or "A",
                "field": problem.field,
                "severity": _first(problem.severity),
                "code": problem.code,
                "value": "",
                "suggestion": problem.suggestion,
            }
            for problem in case.problems
        ],
        "preview": [
            {"row": school.row, "action": action, "school": _school(school)}
            for school, action in zip(case.preview, actions, strict=True)
        ],
    }


def _first(value: Any) -> Any:
    return value.values[0] if isinstance(value, Either) else value


def _header(header: Any) -> str:
    return " / ".join(header) if isinstance(header, tuple) else str(_first(header))


def _school(school: School) -> dict[str, Any]:
    levels = _first(school.levels)
    return {
        "code": school.code,
        "name": school.name,
        "levels": levels.split() if isinstance(levels, str) else [],
        "ownership": school.ownership,
        "commune_code": school.commune,
        "pupils": _first(school.pupils),
        "pupils_by_level": school.by_level,
        "staff": school.staff,
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_an_answer_agrees_with_itself(case: Case) -> None:
    assert differences(perfect(case), case) == []
    assert silent_errors(perfect(case), case) == []


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 36


def _spoil_pupils(document: dict[str, Any]) -> None:
    document["preview"][0]["school"]["pupils"] = 1


def _lose_a_row(document: dict[str, Any]) -> None:
    del document["preview"][0]


def _take_a_total_for_a_school(document: dict[str, Any]) -> None:
    document["preview"].append({**document["preview"][0], "row": 99})


def _take_another_commune(document: dict[str, Any]) -> None:
    document["preview"][0]["school"]["commune_code"] = "14620"


@pytest.mark.parametrize("spoil", [_spoil_pupils, _lose_a_row, _take_a_total_for_a_school, _take_another_commune])
def test_what_is_taken_wrong_without_a_word_is_told(spoil: Callable[[dict[str, Any]], None]) -> None:
    case = next(case for case in CASES if case.name == "title_rows_above_the_header")
    document = perfect(case)

    spoil(document)

    assert silent_errors(document, case)
    assert differences(document, case)


def test_a_problem_that_is_not_told_is_a_silent_error() -> None:
    case = next(case for case in CASES if case.name == "letters_for_digits_and_words")
    document = perfect(case)

    del document["problems"][0]

    assert silent_errors(document, case) == ["row 2: bad_number of pupils, and nothing says so"]


def test_a_problem_nobody_asked_for_is_a_difference() -> None:
    case = next(case for case in CASES if case.name == "the_same_list_again")
    document = perfect(case)

    document["problems"].append(
        {
            "row": 2,
            "column": "F",
            "field": "pupils",
            "severity": "warning",
            "code": "suspicious_change",
            "value": "300",
            "suggestion": None,
        }
    )

    assert differences(document, case)
