"""The preview as one JSON document: what `import_schools --json` prints."""

from __future__ import annotations

from typing import Any

from schools import levels
from schools.imports.preview import Preview, PreviewRow
from schools.imports.problems import Problem


def as_document(preview: Preview) -> dict[str, Any]:
    return {
        "sheet": preview.sheet,
        "header_row": preview.header_row,
        "mapping": preview.mapping,
        "unmapped": list(preview.unmapped),
        "rows": preview.counts,
        "missing_from_file": len(preview.missing),
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
        "missing_from_file": 0,
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
            "code": school.code,
            "name": school.name,
            "levels": levels.to_codes(school.levels),
            "ownership": school.ownership or None,
            "commune_code": school.commune_code or None,
            "commune": school.commune or None,
            "pupils": school.pupils if school.pupils is not None else total,
            "pupils_by_level": school.pupils_by_level,
            "staff": school.staff,
        },
    }
