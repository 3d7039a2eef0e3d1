"""Holds a printed document against an answer: every difference is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schools import text
from tests.imports_corpus.answers import UNSAID, Case, Either, Problem, School

FIELDS = ("code", "name", "levels", "ownership", "commune", "pupils", "staff")


def differences(document: dict[str, Any], case: Case) -> list[str]:
    return [
        *_placing(document, case),
        *_counting(document, case),
        *_previewing(document, case),
        *_problems(document, case),
    ]


def silent_errors(document: dict[str, Any], case: Case) -> list[str]:
    """Rows taken with another value than the answer's, and no word about it on that row and field."""
    said = {(problem["row"], problem["field"] or "") for problem in document["problems"]}
    rows_spoken_of = {row for row, _field in said}
    answers = {school.row: school for school in case.preview}
    found = []
    for row, school in _taken(document).items():
        answer = answers.pop(row, None)
        if answer is None:
            if row not in rows_spoken_of:
                found.append(f"row {row} is no school and was taken as {school['code']!r} {school['name']!r}")
            continue
        for field, expected, value in _values(answer, school, case):
            told = any(at == row and about.startswith(field) for at, about in said)
            if not told and not _holds(expected, value):
                found.append(f"row {row}: {field} is {value!r}, not {expected!r}, and nothing says so")
    for problem in case.problems:
        field = problem.field or ""
        told = any(at == problem.row and about.startswith(field) for at, about in said)
        if problem.field and problem.severity != "warning" and problem.row in _taken(document) and not told:
            found.append(f"row {problem.row}: {problem.code} of {field}, and nothing says so")
    if None not in rows_spoken_of:
        found += [f"row {row} was left out, and nothing says so" for row in answers if row not in rows_spoken_of]
    return found


def _taken(document: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {row["row"]: row["school"] for row in document["preview"] if row["action"] != "skipped"}


def _holds(expected: Any, value: Any) -> bool:
    if expected is UNSAID:
        return True
    if isinstance(expected, Either):
        return any(_holds(one, value) for one in expected.values)
    return bool(expected == value)


def _values(answer: School, school: dict[str, Any], case: Case) -> Iterator[tuple[str, Any, Any]]:
    """Field, what it should be, what it is. What a column was lacking for may show what is known already."""
    known = next((old for old in case.existing if old.code == school["code"]), None)
    kept: dict[str, Any] = {}
    if known is not None:
        year = int(case.school_year[:4])
        kept = {
            "ownership": known.ownership,
            "commune": known.commune,
            "staff": known.staff.get(year),
            "pupils": sum(known.pupils[year].values()) if year in known.pupils else None,
        }
    levels = frozenset(answer.levels.split()) if isinstance(answer.levels, str) else answer.levels
    pairs = {
        "code": (answer.code, school["code"]),
        "name": (answer.name, school["name"]),
        "levels": (levels, frozenset(school["levels"] or ()) or None),
        "ownership": (answer.ownership, school["ownership"] or None),
        "commune": (answer.commune, school["commune_code"] or None),
        "pupils": (answer.pupils, school["pupils"]),
        "staff": (answer.staff, school["staff"]),
        "pupils_by_level": (answer.by_level, school["pupils_by_level"]),
    }
    for field, (expected, value) in pairs.items():
        if field in kept and field not in case.mapping and expected is not UNSAID:
            expected = Either((expected, kept[field]))
        yield field, expected, value


def _placing(document: dict[str, Any], case: Case) -> Iterator[str]:
    if case.sheet is not None and document["sheet"] != case.sheet:
        yield f"sheet is {document['sheet']!r}, not {case.sheet!r}"
    if not _holds(case.header_row, document["header_row"]):
        yield f"header_row is {document['header_row']!r}, not {case.header_row!r}"
    mapping = {field: header for field, header in document["mapping"].items() if field in FIELDS}
    # A column of commune codes may have a field of its own.
    if "commune" not in mapping and "commune_code" in document["mapping"]:
        mapping["commune"] = document["mapping"]["commune_code"]
    for field in sorted(mapping.keys() | case.mapping.keys()):
        expected, header = case.mapping.get(field), mapping.get(field)
        if not _same_header(expected, header):
            yield f"{field} is mapped to {header!r}, not {expected!r}"


def _same_header(expected: Any, header: str | None) -> bool:
    if expected is None or header is None:
        return expected is header
    found = text.clean(header)
    if isinstance(expected, str):
        return found == expected
    # A header of several rows: its parts in their order, joined in whatever way; the last may stand alone.
    rest = found
    for part in expected:
        rest = rest.replace(part, "", 1)
    return found.endswith(expected[-1]) and not any(char.isalnum() for char in rest)


def _counting(document: dict[str, Any], case: Case) -> Iterator[str]:
    rows = document["rows"]
    for name in ("new", "changed", "unchanged", "error"):
        if not _holds(getattr(case.rows, name), rows[name]):
            yield f"rows.{name} is {rows[name]}, not {getattr(case.rows, name)!r}"
    if not case.rows.skipped - case.header_tail <= rows["skipped"] <= case.rows.skipped:
        yield f"rows.skipped is {rows['skipped']}, not {case.rows.skipped}"
    if rows["total"] != sum(rows[name] for name in ("new", "changed", "unchanged", "error", "skipped")):
        yield f"rows.total is {rows['total']}, not the sum of its parts"
    missing = document["missing_from_file"]
    if isinstance(missing, list):
        missing = sorted(item["code"] if isinstance(item, dict) else str(item) for item in missing)
    if missing not in (len(case.missing), sorted(case.missing)):
        yield f"missing_from_file is {missing}, not {sorted(case.missing)}"


def _previewing(document: dict[str, Any], case: Case) -> Iterator[str]:
    taken = _taken(document)
    actions = {row["row"]: row["action"] for row in document["preview"]}
    spoken_of = {(problem.row, problem.field) for problem in case.problems if problem.severity != "warning"}
    for answer in case.preview:
        if answer.row not in taken:
            yield f"row {answer.row} is not in the preview"
            continue
        if not _holds(answer.action, actions[answer.row]):
            yield f"row {answer.row} is {actions[answer.row]!r}, not {answer.action!r}"
        for field, expected, value in _values(answer, taken[answer.row], case):
            if (answer.row, field) not in spoken_of and not _holds(expected, value):
                yield f"row {answer.row}: {field} is {value!r}, not {expected!r}"
    for row in sorted(taken.keys() - {answer.row for answer in case.preview}):
        yield f"row {row} is in the preview and is no school"


def _problems(document: dict[str, Any], case: Case) -> Iterator[str]:
    left = list(document["problems"])
    for expected in case.problems:
        found = next((problem for problem in left if _is(problem, expected)), None)
        if found is None:
            yield f"no {expected.severity} {expected.code!r} at row {expected.row}, {expected.field}"
            continue
        left.remove(found)
        if expected.column and found["column"] != expected.column:
            yield f"{expected.code} at row {expected.row} is in column {found['column']!r}, not {expected.column!r}"
        if not _suggests(found["suggestion"], expected):
            yield f"{expected.code} at row {expected.row} suggests {found['suggestion']!r}, not {expected.suggestion!r}"
    for problem in left:
        if not _may(problem, case):
            yield (
                f"row {problem['row']}: {problem['severity']} {problem['code']} of {problem['field']}"
                f" ({problem['value']!r}) is unasked for"
            )


def _is(problem: dict[str, Any], expected: Problem) -> bool:
    return (
        problem["row"] == expected.row
        and _holds(expected.code, problem["code"])
        and (expected.field is None or problem["field"] == expected.field)
        and _holds(expected.severity, problem["severity"])
    )


def _suggests(found: Any, expected: Problem) -> bool:
    """A commune is suggested by its code or its name, candidates in any order."""
    if expected.suggestion is None:
        return True
    words = [expected.suggestion] if isinstance(expected.suggestion, str) else expected.suggestion
    return all(word in str(found) or _commune_name(word) in str(found) for word in words)


def _commune_name(code: str) -> str:
    from schools import communes

    return next((commune.name for commune in communes.communes_of("37") if commune.code == code), code)


def _may(problem: dict[str, Any], case: Case) -> bool:
    row, field = problem["row"], problem["field"] or ""
    answer = next((school for school in case.preview if school.row == row), None)
    if answer is None:
        # A skipped row may be spoken of, whatever it is.
        return any(at == row for at, _field in case.may) or _is_header_tail(row, case)
    if (row, field) in case.may:
        return problem["severity"] != "error" or isinstance(answer.action, Either)
    several = isinstance(answer.levels, str) and " " in answer.levels and answer.by_level is UNSAID
    # A total over several levels cannot be divided among them: that may be said.
    return several and field == "pupils" and problem["severity"] != "error"


def _is_header_tail(row: int | None, case: Case) -> bool:
    last = max(case.header_row.values) if isinstance(case.header_row, Either) else case.header_row
    return row is not None and last < row <= last + 2 * case.header_tail
