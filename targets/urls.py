from __future__ import annotations

from django.urls import URLPattern, path

from targets import views

app_name = "targets"

urlpatterns: list[URLPattern] = [path("", views.indicator_list, name="indicator_list")]
