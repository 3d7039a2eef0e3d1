from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401
