from __future__ import annotations

from django.urls import URLPattern, path

from reports.dashboards import views

app_name = "dashboards"

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("bang-dieu-khien/", views.dashboard, name="dashboard"),
    path("bang-dieu-khien/xa/<int:commune_id>/", views.commune, name="commune"),
    path("bang-dieu-khien/don-vi/", views.schools, name="schools"),
    path("bang-dieu-khien/goi-truoc/", views.calls, name="calls"),
    path("bang-dieu-khien/xuat/", views.export, name="export"),
]
