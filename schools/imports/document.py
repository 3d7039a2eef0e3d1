"""The preview as one JSON document: what `import_schools --json` prints."""

from __future__ import annotations

from typing import Any

from schools.imports.preview import Preview, PreviewRow
from schools.imports.problems import Problem
from schools.imports.rows import codes_of


def as_document(preview: Preview) -> dict[str, Any]:
    return {
        "sheet": preview.sheet,
        "header_row": preview.header_row,
        "mapping": preview.mapping,
        "unmapped": list(preview.unmapped),
        "rows": preview.counts,
        "missing_from_file": [school.code for school in preview.missing],
        "problems": [_problem(problem) for problem in preview.problems],
        "preview": [_row(row) for row in preview.rows],
    }


def refused_document(problem: Problem) -> dict[str, Any]:
    """The same document for a file that could not be read as a list."""
    return {
        "sheet": None,
        "header_row": None,
        "mapping": {},
        "unmapped": [],
        "rows": dict.fromkeys(("total", "new", "changed", "unchanged", "error", "skipped"), 0),
        "missing_from_file": [],
        "problems": [_problem(problem)],
        "preview": [],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column or None,
        "field": problem.field or None,
        "severity": problem.severity,
        "code": problem.code,
        "value": problem.value,
        "message": str(problem.message),
        "suggestion": problem.suggestion or None,
    }


def _row(row: PreviewRow) -> dict[str, Any]:
    school = row.school
    total = sum(school.pupils_by_level.values()) if school.pupils_by_level else None
    return {
        "row": row.row,
        "action": row.action,
        "school": {
            "code": school.code or None,
            "name": school.name or None,
            "levels": list(codes_of(school.levels)),
            "ownership": school.ownership or None,
            "commune_code": school.commune_code or None,
            "commune": school.commune or None,
            "pupils": school.pupils if school.pupils is not None else total,
            "pupils_by_level": school.pupils_by_level,
            "staff": school.staff,
        },
    }
