from __future__ import annotations

from django.urls import path

from reports.reminders import views

app_name = "reminders"

urlpatterns = [
    path("bao-cao/<int:report_id>/", views.report_remind, name="report_remind"),
    path("dot/<int:round_id>/", views.round_remind, name="round_remind"),
]
