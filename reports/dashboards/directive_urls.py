"""Addresses of documents. They bear the name of campaigns, whose things they show beside rounds and targets."""

from __future__ import annotations

from django.urls import URLPattern, path

from reports.dashboards import directive

app_name = "campaigns"

urlpatterns: list[URLPattern] = [
    path("", directive.directive_list, name="directive_list"),
    path("<int:directive_id>/", directive.directive_detail, name="directive_detail"),
    path("<int:directive_id>/noi-nhan/", directive.directive_recipients, name="directive_recipients"),
    path("<int:directive_id>/tiep-nhan/", directive.directive_acknowledge, name="directive_acknowledge"),
    path("tep/<int:attachment_id>/", directive.attachment_download, name="attachment_download"),
]
