from __future__ import annotations

# Throttling keeps the clock that it finds when it is first imported; that must not be a frozen one.
import rest_framework.throttling  # noqa: F401
