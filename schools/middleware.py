"""Sets `request.scope` once, from the user's open membership."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from schools.scope import NOBODY, Scope
from schools.selectors import scope_of


class ScopeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Scope:
            # Token users of the API are known only inside the view: DRF sets request.user there.
            return scope_of(request.user) if request.user.is_authenticated else NOBODY

        request.scope = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)
