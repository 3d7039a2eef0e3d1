"""Attaching files to a report, and taking them away again."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from reports.collection import file_kinds
from reports.collection.errors import EvidenceRefused, ReportClosed
from reports.collection.services import closed_reason, hold_open
from reports.models import Evidence, Report, Submission
from schools import text

MAX_FILES = 20


def add_evidence(*, report: Report, file: UploadedFile[Any], by: User) -> Evidence:
    """Attach a file that is what its name says; the same file twice is one. Raises EvidenceRefused, ReportClosed."""
    _check_open(report)
    kind = _checked_kind(file)
    digest = hashlib.file_digest(file.open("rb"), "sha256").hexdigest()
    present = report.evidence.filter(removed_at__isnull=True)
    if (same := present.filter(sha256=digest).first()) is not None:
        return same
    if present.count() >= MAX_FILES:
        raise EvidenceRefused(_("Mỗi báo cáo có tối đa %(count)s tệp.") % {"count": MAX_FILES})
    evidence = Evidence(
        report=report,
        name=_name(file),
        content_type=kind.content_type,
        size=file.size or 0,
        sha256=digest,
        uploaded_by=by,
    )
    # The file goes to disk before the transaction: a slow disk must not hold SQLite's only lock.
    evidence.file.save(f"tep.{kind.suffixes[0]}", file, save=False)
    try:
        with transaction.atomic():
            hold_open(report, timezone.now())
            evidence.save()
            audit.record(actor=by, action="evidence.add", target=report, after={"name": evidence.name})
    except Exception:
        evidence.file.delete(save=False)
        raise
    return evidence


def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """Take a file off the report; what a submission already holds stays there. Raises ReportClosed."""
    with transaction.atomic():
        # A submission that takes the file with it either sees it gone or has closed the report.
        hold_open(evidence.report, timezone.now())
        removed = Evidence.objects.filter(pk=evidence.pk, removed_at__isnull=True).update(removed_at=timezone.now())
        if not removed:
            return
        audit.record(actor=by, action="evidence.remove", target=evidence.report, before={"name": evidence.name})
        if not Submission.objects.filter(evidence=evidence).exists():
            # A list of people attached by mistake must be gone, not hidden.
            transaction.on_commit(lambda: evidence.file.delete(save=False))


def _check_open(report: Report) -> None:
    if reason := closed_reason(report, timezone.now()):
        raise ReportClosed(reason)


def _checked_kind(file: UploadedFile[Any]) -> file_kinds.FileKind:
    if not file.size:
        raise EvidenceRefused(_("Tệp trống."))
    if file.size > settings.EVIDENCE_MAX_BYTES:
        most = settings.EVIDENCE_MAX_BYTES // 1_000_000
        raise EvidenceRefused(_("Tệp lớn hơn %(most)s MB.") % {"most": most})
    kind = file_kinds.kind_of(cast("BinaryIO", file.open("rb")))
    if kind is None:
        raise EvidenceRefused(_("Chỉ nhận tệp PDF, ảnh JPG hoặc PNG, Word (.docx) và Excel (.xlsx) không có macro."))
    suffix = PurePosixPath(file.name or "").suffix.lower().lstrip(".")
    if suffix not in kind.suffixes:
        raise EvidenceRefused(
            _("Tệp có đuôi “.%(suffix)s” nhưng nội dung là %(kind)s. Lưu lại đúng loại rồi tải lên.")
            % {"suffix": suffix, "kind": kind.name}
        )
    return kind


def _name(file: UploadedFile[Any]) -> str:
    """The school's own name for it, without folders, short enough with its suffix."""
    path = PurePosixPath(text.clean((file.name or "").replace("\\", "/")))
    return f"{path.stem[:180]}{path.suffix[:10]}"
