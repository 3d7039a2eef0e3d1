from __future__ import annotations

API_ROUTES: set[str] = set()
