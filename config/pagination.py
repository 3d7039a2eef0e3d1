"""How much one answer of the API may hold."""

from __future__ import annotations

from rest_framework.pagination import LimitOffsetPagination


class LimitedPages(LimitOffsetPagination):
    """`limit` and `offset` as asked for, within what one request may cost."""

    max_limit = 500
