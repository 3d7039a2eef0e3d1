from __future__ import annotations

from django.urls import path

from schools.accounts import views as accounts
from schools.views import export, imports, units

app_name = "schools"

urlpatterns = [
    path("", units.unit_list, name="unit_list"),
    path("<int:unit_id>/", units.unit_detail, name="unit_detail"),
    path("xuat/", export.unit_export, name="unit_export"),
    path("cap-ma/", accounts.codes_issue, name="codes_issue"),
    path("<int:unit_id>/cap-ma/", accounts.code_issue, name="code_issue"),
    path("<int:unit_id>/ban-giao/", accounts.account_handover, name="account_handover"),
    path("nhap/", imports.import_new, name="import_new"),
    path("nhap/<int:import_id>/", imports.import_preview, name="import_preview"),
    path("nhap/<int:import_id>/ghi/", imports.import_commit, name="import_commit"),
    path("nhap/<int:import_id>/bo/", imports.import_cancel, name="import_cancel"),
    path("nhap/<int:import_id>/ghep-cot/", imports.import_mapping, name="import_mapping"),
    path("nhap/<int:import_id>/sua-o/", imports.import_fix, name="import_fix"),
    path("nhap/<int:import_id>/bo-dong/", imports.import_skip, name="import_skip"),
    path("nhap/<int:import_id>/dong-loi/", imports.import_errors, name="import_errors"),
    path("nhap/<int:import_id>/dung/", imports.import_stop, name="import_stop"),
    path("nhap/<int:import_id>/xem-lai/", imports.import_again, name="import_again"),
    path("nhap/<int:import_id>/hoan-tac/", imports.import_undo, name="import_undo"),
]
