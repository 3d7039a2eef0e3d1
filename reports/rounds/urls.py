"""Addresses under /dot-bao-cao/."""

from __future__ import annotations

from django.urls import path

from reports.rounds import views

app_name = "rounds"

urlpatterns = [
    path("", views.round_list, name="round_list"),
    path("them/", views.round_create, name="round_create"),
    path("<int:round_id>/", views.round_detail, name="round_detail"),
    path("<int:round_id>/mo/", views.round_open, name="round_open"),
    path("<int:round_id>/chot/", views.round_close, name="round_close"),
    path("<int:round_id>/gia-han/", views.deadline_extend, name="deadline_extend"),
    path("<int:round_id>/them-don-vi/", views.report_add, name="report_add"),
    path("bao-cao/<int:report_id>/dua-ra/", views.report_exclude, name="report_exclude"),
    path("bao-cao/<int:report_id>/dua-lai/", views.report_restore, name="report_restore"),
]
