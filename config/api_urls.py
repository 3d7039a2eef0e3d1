"""Addresses of the API: each app registers its own resources."""

from __future__ import annotations

import importlib
import importlib.util

from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

# The documentation page draws its icons from data: addresses inside its own style sheet.
_docs = csp_update({"img-src": [SELF, "data:"], "style-src": [SELF]})(SpectacularSwaggerSplitView.as_view())

router = DefaultRouter()
for _part in ("schools", "campaigns", "targets", "reports.rounds", "reports.collection", "reports.completion"):
    if importlib.util.find_spec(f"{_part}.api"):
        importlib.import_module(f"{_part}.api").register(router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", _docs, name="swagger-ui"),
]
