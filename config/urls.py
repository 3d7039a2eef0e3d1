"""Every address of the portal; paths in Vietnamese words, names in English."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config import health

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tai-khoan/", include("accounts.urls")),
    path("", include("reports.dashboards.urls")),
    path("dot-bao-cao/", include("reports.rounds.urls")),
    path("bao-cao/", include("reports.collection.urls")),
    path("bao-cao/", include("reports.sheets.urls")),
    path("duyet/", include("reports.review.urls")),
    path("bien-nhan/", include("reports.collection.receipt_urls")),
    path("dinh-chinh/", include("reports.corrections.urls")),
    path("don-doc/", include("reports.reminders.urls")),
    path("truong/", include("schools.urls")),
    path("truong/", include("reports.lineage.urls")),
    path("van-ban/", include("reports.dashboards.directive_urls")),
    path("chi-tieu/", include("targets.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
]
