"""Reads every list of the corpus through the command and holds it against its answer."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from schools.models import Unit
from schools.services import import_communes
from tests import factories as make
from tests.imports_corpus.answers import Case, Refused
from tests.imports_corpus.compare import differences, silent_errors
from tests.imports_corpus.everything import CASES
from tests.imports_corpus.refused import WITHOUT_A_LIST


def _play(case: Case, folder: Path) -> dict[str, Any]:
    """The document of a case: the communes of Ninh Bình, the schools that are known, the file, the command."""
    department, communes = _province()
    for known in case.existing:
        place = communes[known.commune]
        up_to_lower_secondary = not {"THPT", "GDTX", "GDNN"} & set(known.levels.split())
        school = make.make_school(
            known.name,
            known.levels.split(),
            commune=place,
            manager=place if up_to_lower_secondary else department,
            code=known.code,
            ownership=known.ownership,
        )
        for year in known.staff.keys() | known.pupils.keys():
            make.make_headcounts(school, year, staff=known.staff.get(year), **known.pupils.get(year, {}))
    return _document(case.build(), case.file_name, folder, case.school_year)


def _province() -> tuple[Unit, dict[str, Unit]]:
    import_communes(province_code="37")
    return Unit.objects.get(kind="department"), {unit.code: unit for unit in Unit.objects.communes()}


def _document(content: bytes, name: str, folder: Path, school_year: str) -> dict[str, Any]:
    path = folder / name
    path.write_bytes(content)
    out = io.StringIO()
    # Refused, it prints the same document: what it says of the file is then among the differences.
    with contextlib.suppress(SystemExit):
        call_command("import_schools", path, "--json", school_year=school_year, stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_mangled_list_means_what_was_written_down(case: Case, db: None, tmp_path: Path) -> None:
    document = _play(case, tmp_path)

    silent, different = silent_errors(document, case), differences(document, case)
    assert not silent, f"SILENT ERRORS in {case.name} ({case.rule})\n" + "\n".join([*silent, "--", *different])
    assert not different, f"{case.name} ({case.rule})\n" + "\n".join(different)


@pytest.mark.parametrize("refused", WITHOUT_A_LIST, ids=[refused.name for refused in WITHOUT_A_LIST])
def test_a_file_without_a_list_is_refused(
    refused: Refused, db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _province()
    path, out = tmp_path / refused.file_name, io.StringIO()
    path.write_bytes(refused.build())

    with pytest.raises(SystemExit) as ended:
        call_command("import_schools", path, "--json", stdout=out)

    document = json.loads(out.getvalue())
    assert ended.value.code == 2
    assert [(problem["row"], problem["code"]) for problem in document["problems"]] == [(None, refused.codes[0])]
    assert document["preview"] == []
