"""Addresses under /bao-cao/ of reports as Excel workbooks."""

from __future__ import annotations

from django.urls import path

from reports.sheets import views

app_name = "sheets"

urlpatterns = [
    path("<int:report_id>/bieu-mau/", views.report_download, name="report_download"),
    path("bieu-mau/<int:round_id>/", views.round_download, name="round_download"),
    path("nop-tep/", views.book_upload, name="book_upload"),
    path("nop-tep/<uuid:key>/", views.book_preview, name="book_preview"),
    path("nop-tep/<uuid:key>/luu/", views.book_save, name="book_save"),
    path("nop-tep/<uuid:key>/nop/", views.book_submit, name="book_submit"),
    path("nop-tep/<uuid:key>/loi/", views.book_errors, name="book_errors"),
    path("nop-tep/<uuid:key>/bo/", views.book_drop, name="book_drop"),
]
