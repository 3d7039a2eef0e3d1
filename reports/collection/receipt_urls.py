"""The address under /bien-nhan/."""

from __future__ import annotations

from django.urls import path

from reports.collection import receipt_views

app_name = "receipts"

urlpatterns = [path("", receipt_views.receipt_check, name="receipt_check")]
