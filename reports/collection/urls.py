"""Addresses under /bao-cao/."""

from __future__ import annotations

from django.urls import path

from reports.collection import behalf, evidence_views, views

app_name = "collection"

urlpatterns = [
    path("", views.report_list, name="report_list"),
    path("<int:report_id>/", views.report_form, name="report_form"),
    path("<int:report_id>/nhap/", views.draft_save, name="draft_save"),
    path("<int:report_id>/kiem-tra/", views.report_check, name="report_check"),
    path("<int:report_id>/nop/", views.report_submit, name="report_submit"),
    path("<int:report_id>/bien-nhan/<int:number>/", views.receipt, name="receipt"),
    path("<int:report_id>/nhap-thay/", behalf.report_behalf, name="report_behalf"),
    path("<int:report_id>/thoi-nhap-thay/", behalf.behalf_end, name="behalf_end"),
    path("<int:report_id>/minh-chung/", evidence_views.evidence_add, name="evidence_add"),
    path("minh-chung/<int:evidence_id>/", evidence_views.evidence_download, name="evidence_download"),
    path("minh-chung/<int:evidence_id>/bo/", evidence_views.evidence_remove, name="evidence_remove"),
]
