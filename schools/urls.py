from __future__ import annotations

from django.urls import path

from schools import views

app_name = "schools"

urlpatterns = [
    path("", views.unit_list, name="unit_list"),
    path("<int:unit_id>/", views.unit_detail, name="unit_detail"),
    path("nhap/", views.import_new, name="import_new"),
    path("nhap/<int:import_id>/", views.import_preview, name="import_preview"),
    path("nhap/<int:import_id>/ghi/", views.import_commit, name="import_commit"),
    path("nhap/<int:import_id>/bo/", views.import_cancel, name="import_cancel"),
]
