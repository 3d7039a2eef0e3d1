"""Addresses under /dinh-chinh/."""

from __future__ import annotations

from django.urls import path

from reports.corrections import views

app_name = "corrections"

urlpatterns = [
    path("dot/<int:round_id>/", views.report_choose, name="report_choose"),
    path("bao-cao/<int:report_id>/", views.report_correct, name="report_correct"),
    path("bao-cao/<int:report_id>/kiem-tra/", views.correction_check, name="correction_check"),
    path("bao-cao/<int:report_id>/ghi/", views.correction_commit, name="correction_commit"),
]
