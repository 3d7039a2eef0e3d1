"""The cast in the middle of the campaign: something of each kind stands there to be opened."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from uuid import uuid4

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from campaigns.models import Addressee, Directive
from reports.collection import evidence, form_spec
from reports.collection import services as collection
from reports.completion.services import compute_completion
from reports.models import CompletionRate, Evidence, Report
from schools.imports import jobs
from schools.models import Role
from tests import factories as make

NOON = make.local(2026, 11, 20, 12)
HEADERS = ["Mã trường", "Tên trường", "Cấp học", "Loại hình", "Xã phường", "Tổng số HS", "CB-GV-NV"]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def set_stage(w: SimpleNamespace) -> SimpleNamespace:
    """`open_world` with a submitted report of the school of two levels, a directive, an import, a planned round."""
    w.th_staff = make.make_user("thths", w.thths_a, Role.PRINCIPAL)
    w.submitted = w.reports[w.thths_a.pk]
    submit(w.submitted, w.th_staff)
    w.evidence = add_evidence(w.report, w.principal)
    w.directive = make_directive(w)
    w.school_import = jobs.save_upload(
        name="danh-muc.xlsx", content=school_list(new_school_rows()), school_year=2026, by=w.admin
    )
    w.planned = make.make_round(w.campaign, w.department, list(w.indicators.values()), through=w.office, name="Sơ kết")
    compute_completion(round_id=w.round.pk)
    w.rate = CompletionRate.objects.filter(round=w.round, grouping="whole").order_by("pk")[0]
    return w


def submit(report: Report, by: User, *, share: float = 0.5) -> None:
    """A complete report: yes everywhere, and this share of the people that the portal knows of."""
    values: dict[str, dict[str, dict[str, int]]] = {}
    for question in form_spec.questions_of(report):
        values[question.code] = {}
        for row in question.rows:
            total = row.known or 1
            values[question.code][row.level] = {"n": round(total * share) if row.known else 1, "d": total}
    collection.submit_report(
        report=report, by=by, token=uuid4(), values=values, narrative={"results": "Đã triển khai."}, now=NOON
    )


def add_evidence(report: Report, by: User) -> Evidence:
    file = SimpleUploadedFile("ke-hoach.pdf", PDF, content_type="application/pdf")
    return evidence.add_evidence(report=report, file=file, by=by)


def make_directive(w: SimpleNamespace) -> Directive:
    """A plan of the department for all its schools, with what a real one has."""
    directive = Directive.objects.create(
        kind="plan",
        code="ke-hoach-thu",
        symbol="123/KH-SGDĐT",
        issued_year=2026,
        issued_month=1,
        issuer=w.department,
        issuer_name=w.department.name,
        subject="Triển khai phong trào Bình dân học vụ số",
        campaign=w.campaign,
        lead=w.office,
    )
    Addressee.objects.create(directive=directive, wording="Các cơ sở giáo dục", unit_kind="school")
    Addressee.objects.create(directive=directive, wording="UBND xã, phường", unit_kind="commune")
    return directive


def new_school_rows() -> list[list[object]]:
    """One good row, and one whose level nobody knows."""
    return [
        ["37-90001", "Trường TH Gia Viễn B", "TH", "Công lập", "Xã Gia Viễn", 250, 20],
        ["37-90002", "Trường Lạ", "Không rõ", "Công lập", "Xã Gia Viễn", 250, 20],
    ]


def school_list(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADERS, *rows]:
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
