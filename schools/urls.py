from __future__ import annotations

from django.urls import path

from schools.views import imports, units

app_name = "schools"

urlpatterns = [
    path("", units.unit_list, name="unit_list"),
    path("<int:unit_id>/", units.unit_detail, name="unit_detail"),
    path("nhap/", imports.import_new, name="import_new"),
    path("nhap/<int:import_id>/", imports.import_preview, name="import_preview"),
    path("nhap/<int:import_id>/ghi/", imports.import_commit, name="import_commit"),
    path("nhap/<int:import_id>/bo/", imports.import_cancel, name="import_cancel"),
]
