"""Addresses under /truong/ of what becomes of schools."""

from __future__ import annotations

from django.urls import path

from reports.lineage import closing_views, views

app_name = "lineage"

urlpatterns = [
    path("<int:unit_id>/bien-dong/", views.change_choose, name="change_choose"),
    path("<int:unit_id>/bien-dong/<slug:act>/", views.change_create, name="change_create"),
    path("nhap/<int:import_id>/khong-co-trong-tep/", closing_views.import_missing, name="import_missing"),
    path("bien-dong/", views.file_new, name="file_new"),
    path("bien-dong/ghi/", views.changes_commit, name="changes_commit"),
]
