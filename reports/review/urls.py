"""Addresses under /duyet/."""

from __future__ import annotations

from django.urls import path

from reports.review import views

app_name = "review"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("<int:report_id>/", views.report_review, name="report_review"),
    path("<int:report_id>/chap-nhan/", views.report_accept, name="report_accept"),
    path("<int:report_id>/tra-lai/", views.report_return, name="report_return"),
    path("<int:report_id>/mo-lai/", views.report_reopen, name="report_reopen"),
]
