from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from freezegun import freeze_time

from reports.collection.errors import ReportClosed
from reports.collection.evidence import add_evidence, remove_evidence
from reports.collection.services import submit_report
from reports.models import Evidence, Report
from tests import factories as make

NOW = make.local(2026, 11, 21, 8, 30)
VALUES: dict[str, Any] = {
    "1.1": {"": {"n": 1}},
    "1.2": {"": {"n": 24}},
    "1.4": {"TH": {"n": 380}},
    "2.1": {"": {"n": 0}},
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def add(w: SimpleNamespace, report: Report, name: str = "ke-hoach.pdf") -> Evidence:
    file = SimpleUploadedFile(name, b"%PDF-1.4\n" + name.encode())
    return add_evidence(report=report, file=file, by=w.principal)


def submit(w: SimpleNamespace) -> None:
    submit_report(report=w.report, by=w.principal, token=uuid4(), values=VALUES, narrative={}, now=NOW)


def test_a_file_of_a_submission_is_not_taken_off_from_a_page_that_is_older(open_world: SimpleNamespace) -> None:
    kept = Evidence.objects.select_related("report__round").get(pk=add(open_world, open_world.report).pk)
    submit(open_world)
    with pytest.raises(ReportClosed):
        remove_evidence(evidence=kept, by=open_world.principal)
    assert Evidence.objects.get().removed_at is None
    assert kept.file.storage.exists(kept.file.name)


def test_a_file_that_arrives_after_the_report_was_submitted_is_refused(open_world: SimpleNamespace) -> None:
    older = Report.objects.select_related("round").get(pk=open_world.report.pk)
    submit(open_world)
    with pytest.raises(ReportClosed):
        add(open_world, older)
    assert not Evidence.objects.exists()


def test_a_file_that_is_gone_from_the_disk_is_not_found(open_world: SimpleNamespace, client_of: Any) -> None:
    lost = add(open_world, open_world.report)
    lost.file.storage.delete(lost.file.name)
    address = reverse("collection:evidence_download", args=[lost.pk])
    assert client_of(open_world.principal).get(address).status_code == 404
