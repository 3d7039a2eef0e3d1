"""Addresses under /duyet/."""

from __future__ import annotations

from django.urls import path

from reports.review import bulk_views, views

app_name = "review"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("chap-nhan-nhieu/", bulk_views.bulk_accept, name="bulk_accept"),
    path("chap-nhan-nhieu/<uuid:batch>/", bulk_views.bulk_show, name="bulk_show"),
    path("chap-nhan-nhieu/<uuid:batch>/hoan-tac/", bulk_views.bulk_undo, name="bulk_undo"),
    path("<int:report_id>/", views.report_review, name="report_review"),
    path("<int:report_id>/chap-nhan/", views.report_accept, name="report_accept"),
    path("<int:report_id>/tra-lai/", views.report_return, name="report_return"),
    path("<int:report_id>/mo-lai/", views.report_reopen, name="report_reopen"),
    path("<int:report_id>/gop-y/", views.report_comment, name="report_comment"),
    path("<int:report_id>/hoan-tac/", views.report_undo, name="report_undo"),
]
