"""The table: one line for each method of each route, one answer for each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.stage import PDF, new_school_rows, school_list

WHO = {
    "admin": "admin",
    "officer": "officer",
    "commune": "commune_officer",
    "commune_b": "commune_officer_b",
    "principal": "principal",
    "staff": "staff_member",
    "outsider": "principal_b",
    "viewer": "viewer",
}
ROLES = ["nobody", *WHO]
SIGN_IN = "/tai-khoan/dang-nhap/"
Filled = Callable[[SimpleNamespace], dict[str, Any]]


def nothing(stage: SimpleNamespace) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """One method of one route: what it is asked with, and what each role is answered."""

    method: str
    route: str
    expected: str
    arguments: Filled = nothing
    data: Filled = nothing
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def answers(self) -> dict[str, str]:
        return dict(zip(ROLES, self.expected.split(), strict=True))


# The principal's own report, which is still open; the report of the school of two levels, which waits for
# the commune; and the high school's, which is the department's.
def own_report(stage: SimpleNamespace) -> dict[str, Any]:
    return {"report_id": stage.report.pk}


def submitted_report(stage: SimpleNamespace) -> dict[str, Any]:
    return {"report_id": stage.submitted.pk}


def no_batch(stage: SimpleNamespace) -> dict[str, Any]:
    return {"batch": uuid4()}


def the_round(stage: SimpleNamespace) -> dict[str, Any]:
    return {"round_id": stage.round.pk}


def planned_round(stage: SimpleNamespace) -> dict[str, Any]:
    return {"round_id": stage.planned.pk}


def commune_a(stage: SimpleNamespace) -> dict[str, Any]:
    return {"commune_id": stage.commune_a.pk}


def own_school(stage: SimpleNamespace) -> dict[str, Any]:
    return {"unit_id": stage.th_a.pk}


def a_closing(stage: SimpleNamespace) -> dict[str, Any]:
    return {**own_school(stage), "act": "giai-the"}


def the_directive(stage: SimpleNamespace) -> dict[str, Any]:
    return {"directive_id": stage.directive.pk}


def no_attachment(stage: SimpleNamespace) -> dict[str, Any]:
    return {"attachment_id": 0}


def the_import(stage: SimpleNamespace) -> dict[str, Any]:
    return {"import_id": stage.school_import.pk}


def own_evidence(stage: SimpleNamespace) -> dict[str, Any]:
    return {"evidence_id": stage.evidence.pk}


def nobodys_book(stage: SimpleNamespace) -> dict[str, Any]:
    return {"key": uuid4()}


def pdf(stage: SimpleNamespace) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("bien-ban.pdf", PDF + b"2", content_type="application/pdf")}


def workbook(stage: SimpleNamespace) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("danh-muc.xlsx", school_list(new_school_rows())),
        "school_year": 2026,
    }


def reason(stage: SimpleNamespace) -> dict[str, Any]:
    return {
        "reason": "Trường đã sáp nhập.",
        "comment": "Kiểm tra lại chỉ tiêu 1.4.",
        "version": stage.submitted.version,
    }


def a_key(stage: SimpleNamespace) -> dict[str, Any]:
    return {"uidb36": "1", "key": "not-a-key"}


def token(stage: SimpleNamespace) -> dict[str, Any]:
    return {"token": str(uuid4()), "version": 0}


# in: sent to the sign-in page · 404: outside one's scope, or hidden · 403: in it, and not theirs to do
#    nobody admin offic commu com_b princ staff outsi viewe
ROWS = [
    Row("GET", "healthz", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "readyz", "200 200 200 200 200 200 200 200 200"),
    # --- what I have to do, and how it stands
    Row("GET", "dashboards:home", "in 302 302 200 200 200 200 200 302"),
    Row("GET", "dashboards:dashboard", "in 200 200 302 302 403 403 403 200"),
    Row("GET", "dashboards:commune", "in 200 200 200 404 404 404 404 200", commune_a),
    Row("GET", "dashboards:schools", "in 200 200 200 200 403 403 403 200"),
    Row("GET", "dashboards:calls", "in 200 200 200 200 403 403 403 200"),
    Row("GET", "dashboards:export", "in 200 200 200 200 403 403 403 200"),
    # --- rounds
    Row("GET", "rounds:round_list", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "rounds:round_detail", "in 200 200 200 200 200 200 200 200", the_round),
    Row("GET", "rounds:round_create", "in 200 200 200 200 403 403 403 403"),
    Row("POST", "rounds:round_create", "in 200 200 200 200 403 403 403 403"),
    Row("POST", "rounds:round_open", "in 302 302 404 404 404 404 404 403", planned_round),
    Row("GET", "rounds:round_close", "in 200 200 403 403 403 403 403 403", the_round),
    Row("POST", "rounds:round_close", "in 302 302 403 403 403 403 403 403", the_round, lambda stage: {"confirm": "1"}),
    Row("POST", "rounds:report_add", "in 302 302 403 403 403 403 403 403", the_round, reason),
    Row(
        "POST",
        "rounds:deadline_extend",
        "in 302 302 403 403 403 403 403 403",
        the_round,
        lambda stage: {"unit": stage.th_a.pk, "until_at": "2026-12-20T17:00", "reason": "Mất điện."},
    ),
    Row("POST", "rounds:report_exclude", "in 302 302 403 404 403 403 404 403", own_report, reason),
    Row("POST", "rounds:report_restore", "in 302 302 403 404 403 403 404 403", own_report, reason),
    # --- the school's report
    Row("GET", "collection:report_list", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "collection:report_form", "in 200 200 200 404 200 200 404 200", own_report),
    # Both send a GET, which comes from signing in again, back to the page it began on.
    Row("GET", "collection:draft_save", "in 302 302 302 404 302 302 404 302", own_report),
    Row("GET", "collection:report_submit", "in 302 302 302 404 302 302 404 302", own_report),
    Row("POST", "collection:draft_save", "in 403 403 403 404 302 302 404 403", own_report, token),
    Row("GET", "collection:report_check", "in 403 403 403 404 200 200 404 403", own_report),
    Row("POST", "collection:report_submit", "in 403 403 403 404 302 302 404 403", own_report, token),
    Row(
        "GET",
        "collection:receipt",
        "in 200 200 200 404 404 404 404 200",
        lambda stage: {"report_id": stage.submitted.pk, "number": 1},
    ),
    # Typing for a school: the department's officers, and those of the commune that manages it.
    Row("GET", "collection:report_behalf", "in 200 200 200 404 403 403 404 403", own_report),
    Row("POST", "collection:report_behalf", "in 302 302 302 404 403 403 404 403", own_report, reason),
    Row("POST", "collection:behalf_end", "in 302 302 302 404 403 403 404 403", own_report),
    Row("POST", "collection:evidence_add", "in 403 403 403 404 302 302 404 403", own_report, pdf),
    Row("GET", "collection:evidence_download", "in 200 200 200 404 200 200 404 200", own_evidence),
    Row("POST", "collection:evidence_remove", "in 403 403 403 404 302 302 404 403", own_evidence),
    # --- reports as workbooks: the school's own, and an officer's schools; what was sent is its sender's alone
    Row("GET", "sheets:report_download", "in 200 200 200 404 200 200 404 403", own_report),
    Row("GET", "sheets:round_download", "in 200 200 302 302 302 302 302 403", the_round),
    Row("GET", "sheets:book_upload", "in 200 200 200 200 200 200 200 403"),
    Row("POST", "sheets:book_upload", "in 200 200 200 200 200 200 200 403"),
    Row("GET", "sheets:book_preview", "in 404 404 404 404 404 404 404 403", nobodys_book),
    Row("POST", "sheets:book_save", "in 404 404 404 404 404 404 404 403", nobodys_book),
    Row("POST", "sheets:book_submit", "in 404 404 404 404 404 404 404 403", nobodys_book),
    Row("GET", "sheets:book_errors", "in 404 404 404 404 404 404 404 403", nobodys_book),
    Row("POST", "sheets:book_drop", "in 404 404 404 404 404 404 404 403", nobodys_book),
    # --- corrections after the freeze; the round of the stage is still open
    Row("GET", "corrections:report_choose", "in 200 200 403 403 403 403 403 403", the_round),
    Row("GET", "corrections:report_correct", "in 302 302 403 404 403 403 404 403", own_report),
    Row("POST", "corrections:report_correct", "in 302 302 403 404 403 403 404 403", own_report),
    Row("GET", "corrections:correction_check", "in 302 302 403 404 403 403 404 403", own_report),
    Row("POST", "corrections:correction_check", "in 400 400 403 404 403 403 404 403", own_report, reason),
    Row("GET", "corrections:correction_commit", "in 302 302 403 404 403 403 404 403", own_report),
    Row("POST", "corrections:correction_commit", "in 400 400 403 404 403 403 404 403", own_report, reason),
    # A code tells whoever holds it that something was received; without one the page only asks for it.
    Row("GET", "receipts:receipt_check", "in 200 200 200 200 200 200 200 200"),
    # --- the review
    Row("GET", "review:queue", "in 200 200 200 200 403 403 403 403"),
    Row("GET", "review:report_review", "in 200 200 200 404 404 404 404 403", submitted_report),
    Row("POST", "review:report_accept", "in 302 302 302 404 404 404 404 403", submitted_report, reason),
    Row("POST", "review:report_return", "in 302 302 302 404 404 404 404 403", submitted_report, reason),
    Row("POST", "review:report_reopen", "in 302 302 302 404 404 404 404 403", submitted_report, reason),
    Row("POST", "review:report_comment", "in 302 302 302 404 404 404 404 403", submitted_report, reason),
    Row("POST", "review:report_undo", "in 302 302 302 404 404 404 404 403", submitted_report, reason),
    Row("GET", "review:bulk_accept", "in 200 200 200 200 403 403 403 403"),
    Row("POST", "review:bulk_accept", "in 302 302 302 302 403 403 403 403"),
    # An act that nobody has done yet.
    Row("GET", "review:bulk_show", "in 404 404 404 404 403 403 403 403", no_batch),
    Row("POST", "review:bulk_undo", "in 404 404 404 404 403 403 403 403", no_batch),
    # --- reminders
    Row("POST", "reminders:report_remind", "in 302 302 302 404 403 403 404 403", own_report),
    Row("POST", "reminders:round_remind", "in 302 302 302 302 403 403 403 403", the_round),
    # --- units and their lists
    Row("GET", "schools:unit_list", "in 200 200 200 200 302 302 302 200"),
    Row("GET", "schools:unit_detail", "in 200 200 200 404 200 200 404 200", own_school),
    Row("GET", "schools:unit_export", "in 200 200 200 200 403 403 403 200"),
    # Slips with codes: the administrators for all, a commune's officers for the schools it manages.
    Row("GET", "schools:codes_issue", "in 200 403 200 200 403 403 403 403"),
    Row("POST", "schools:codes_issue", "in 200 403 200 200 403 403 403 403", data=lambda stage: {"which": "fresh"}),
    Row("POST", "schools:code_issue", "in 200 403 200 404 403 403 404 403", own_school),
    Row("GET", "schools:account_handover", "in 200 403 200 404 403 403 404 403", own_school),
    Row("POST", "schools:account_handover", "in 200 403 200 404 403 403 404 403", own_school, reason),
    Row("GET", "schools:import_new", "in 200 403 403 403 403 403 403 403"),
    Row("POST", "schools:import_new", "in 302 403 403 403 403 403 403 403", data=workbook),
    Row("GET", "schools:import_preview", "in 200 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_commit", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_cancel", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_mapping", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_fix", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_skip", "in 404 403 403 403 403 403 403 403", the_import),
    Row("GET", "schools:import_errors", "in 200 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_stop", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_again", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "schools:import_undo", "in 200 403 403 403 403 403 403 403", the_import),
    Row("GET", "lineage:import_missing", "in 302 403 403 403 403 403 403 403", the_import),
    Row("POST", "lineage:import_missing", "in 302 403 403 403 403 403 403 403", the_import),
    # --- what becomes of schools
    Row("GET", "lineage:change_choose", "in 200 403 403 404 403 403 404 403", own_school),
    Row("GET", "lineage:change_create", "in 200 403 403 404 403 403 404 403", a_closing),
    Row("POST", "lineage:change_create", "in 200 403 403 404 403 403 404 403", a_closing),
    Row("GET", "lineage:file_new", "in 200 403 403 403 403 403 403 403"),
    Row("POST", "lineage:file_new", "in 200 403 403 403 403 403 403 403"),
    Row("POST", "lineage:changes_commit", "in 302 403 403 403 403 403 403 403"),
    # --- directives and indicators
    Row("GET", "campaigns:directive_list", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "campaigns:directive_detail", "in 200 200 200 200 200 200 200 200", the_directive),
    Row("GET", "campaigns:directive_recipients", "in 200 200 200 200 403 403 403 200", the_directive),
    Row(
        "GET", "campaigns:attachment_download", "in 404 404 404 404 404 404 404 404", lambda stage: {"attachment_id": 1}
    ),
    Row("POST", "campaigns:directive_acknowledge", "in 403 403 302 302 302 302 302 403", the_directive),
    Row("GET", "targets:indicator_list", "in 200 200 200 200 200 200 200 200"),
    # --- one's own account
    Row("GET", "profile", "in 200 200 200 200 200 200 200 200"),
    Row("POST", "token_replace", "in 200 200 200 200 200 200 200 200"),
    Row("POST", "token_revoke", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "language_choose", "302 302 302 302 302 302 302 302 302", data=lambda stage: {"language": "en"}),
    # --- the way in with a slip, and the link of the letter that follows
    Row("GET", "activation_begin", "200 200 200 200 200 200 200 200 200"),
    Row("POST", "activation_begin", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "activation_finish", "302 302 302 302 302 302 302 302 302"),
    Row("POST", "activation_finish", "302 302 302 302 302 302 302 302 302"),
    Row("GET", "address_confirm", "200 200 200 200 200 200 200 200 200", lambda stage: {"token": "khong-phai"}),
    Row("POST", "address_confirm", "200 200 200 200 200 200 200 200 200", lambda stage: {"token": "khong-phai"}),
    # --- signing in, and the second factor, which nobody of the cast has set up
    Row("GET", "account_login", "200 302 302 302 302 302 302 302 302"),
    Row("POST", "account_login", "200 302 302 302 302 302 302 302 302"),
    Row("GET", "account_logout", "in 200 200 200 200 200 200 200 200"),
    Row("POST", "account_logout", "in in in in in in in in in"),
    Row("GET", "account_change_password", "in 200 200 200 200 200 200 200 200"),
    Row("POST", "account_change_password", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "account_set_password", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "account_set_password", "in 302 302 302 302 302 302 302 302"),
    Row("GET", "account_reauthenticate", "in 200 200 200 200 200 200 200 200"),
    Row("POST", "account_reauthenticate", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "mfa_index", "in 200 200 200 200 200 200 200 200"),
    Row("GET", "mfa_reauthenticate", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "mfa_reauthenticate", "in 302 302 302 302 302 302 302 302"),
    Row("GET", "mfa_activate_totp", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "mfa_activate_totp", "in 302 302 302 302 302 302 302 302"),
    Row("GET", "mfa_deactivate_totp", "in 404 404 404 404 404 404 404 404"),
    Row("POST", "mfa_deactivate_totp", "in 404 404 404 404 404 404 404 404"),
    Row("GET", "mfa_view_recovery_codes", "in 404 404 404 404 404 404 404 404"),
    Row("GET", "mfa_generate_recovery_codes", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "mfa_generate_recovery_codes", "in 302 302 302 302 302 302 302 302"),
    Row("GET", "mfa_download_recovery_codes", "in 404 404 404 404 404 404 404 404"),
    Row("POST", "mfa_download_recovery_codes", "in 404 404 404 404 404 404 404 404"),
    Row("GET", "account_inactive", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "account_reset_password", "200 200 200 200 200 200 200 200 200"),
    Row("POST", "account_reset_password", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "account_reset_password_done", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "account_reset_password_from_key_done", "200 200 200 200 200 200 200 200 200"),
    Row("GET", "mfa_authenticate", "in 302 302 302 302 302 302 302 302"),
    Row("POST", "mfa_authenticate", "in 302 302 302 302 302 302 302 302"),
    Row("GET", "account_reset_password_from_key", "200 200 200 200 200 200 200 200 200", a_key),
    Row("POST", "account_reset_password_from_key", "200 200 200 200 200 200 200 200 200", a_key),
    Row("GET", "mail_list", "in 200 404 404 404 404 404 404 404"),
]
