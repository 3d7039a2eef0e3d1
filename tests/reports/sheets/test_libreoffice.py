"""A workbook that LibreOffice itself opened, filled in and saved gives the values of the form."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from reports.models import Draft, Submission, Value
from tests.reports.sheets.books import ANSWERS, FIELDS, ClientOf, cells_of, download, opened, press, sent

KINDS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}
TYPE = Path(__file__).with_name("type_in_libreoffice.py")


def python_with_uno() -> str | None:
    """The interpreter for which LibreOffice was built; ours has no bridge to it."""
    for place in ("/usr/bin/python3", shutil.which("python3")):
        if place and subprocess.run([place, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return place
    return None


def missing() -> str:
    if shutil.which("soffice") is None:
        return "soffice (LibreOffice Calc) is not installed"
    return "" if python_with_uno() else "no Python that imports uno (python3-uno)"


pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


def typed_in_libreoffice(content: bytes, typed: Mapping[str, Any], folder: Path) -> dict[str, bytes]:
    """Let LibreOffice open the file, type into these cells and save it in each kind."""
    source, name = folder / "bieu-mau.xlsx", f"sheets{uuid4().hex}"
    source.write_bytes(content)
    targets = {str(folder / f"da-dien.{kind}"): name_ for kind, name_ in KINDS.items()}
    order = folder / "typed.json"
    order.write_text(json.dumps({"source": str(source), "typed": typed, "targets": targets}), encoding="utf-8")
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={name};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        subprocess.run([str(python_with_uno()), str(TYPE), name, str(order)], check=True, timeout=240)
        office.wait(timeout=60)
    finally:
        if office.poll() is None:
            office.kill()
            office.wait()
    return {kind: (folder / f"da-dien.{kind}").read_bytes() for kind in KINDS}


def places(content: bytes, answers: Mapping[str, Any], report_id: int | None = None) -> dict[str, Any]:
    cells = cells_of(opened(content)[1], report_id)
    return {cells[name].coordinate: value for name, value in answers.items()}


def test_one_school_s_workbook_filled_in_by_libreoffice_gives_the_values_of_the_form(
    open_world: SimpleNamespace, client_of: ClientOf, tmp_path: Path
) -> None:
    w, client = open_world, client_of(open_world.principal)
    content = download(client, "report_download", w.report.pk)
    files = typed_in_libreoffice(content, places(content, ANSWERS), tmp_path)
    read, addresses = {}, {}
    for kind, file in files.items():
        addresses[kind] = sent(client, file, f"bao-cao.{kind}")
        line = client.get(addresses[kind]).context["rows"][0].line
        read[kind] = (line.verdict.value, line.form.values, line.form.words["results"])
    client.post(
        reverse("collection:draft_save", args=[w.report.pk]), {**FIELDS, "version": 0, "results": ANSWERS["results"]}
    )
    posted = Draft.objects.get(pk=w.report.pk)
    expected = ("ready", posted.values, posted.narrative["results"])
    assert read == dict.fromkeys(KINDS, expected)
    # And as submitted: LibreOffice's own .xlsx, against what the form has just put into the draft.
    Draft.objects.filter(pk=w.report.pk).update(values={}, narrative={}, version=0)
    press(client, addresses["xlsx"], "nop")
    submission = Submission.objects.get(report=w.report)
    values = Value.objects.filter(submission=submission)
    assert {row.indicator.code: (row.numerator, row.denominator) for row in values.select_related("indicator")} == {
        "1.1": (1, 1),
        "1.2": (24, 30),
        "1.4": (380, 400),
        "2.1": (0, 1),
    }


def test_a_list_of_schools_filled_in_by_libreoffice_gives_each_school_its_values(
    open_world: SimpleNamespace, client_of: ClientOf, tmp_path: Path
) -> None:
    w, client = open_world, client_of(open_world.officer)
    content = download(client, "round_download", w.round.pk)
    two_levels = w.reports[w.thths_a.pk]
    answers = {
        "n-1.1-": "Có",
        "n-1.2-": 45,
        "n-1.4-TH": 290,
        "n-1.4-THCS": 150,
        "n-2.1-": "Chưa",
        "results": "Đã làm.",
    }
    typed = places(content, ANSWERS, w.report.pk) | places(content, answers, two_levels.pk)
    files = typed_in_libreoffice(content, typed, tmp_path)
    for kind, file in files.items():
        address = sent(client, file, f"cac-truong.{kind}")
        found = {shown.line.report.pk: shown.line for shown in client.get(address).context["rows"]}
        assert {line.verdict.value for pk, line in found.items() if pk not in (w.report.pk, two_levels.pk)} == {"same"}
        assert found[w.report.pk].form.values["1.4"]["TH"] == {"n": 380, "d": 400}
        line = found[two_levels.pk]
        assert line.verdict == "ready"
        assert line.form.values["1.4"] == {"TH": {"n": 290, "d": 300}, "THCS": {"n": 150, "d": 200}}
        assert (line.form.values["1.1"][""]["n"], line.form.values["2.1"][""]["n"]) == (1, 0)
        assert line.form.words["results"] == "Đã làm."
