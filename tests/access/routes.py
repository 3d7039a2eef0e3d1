"""Every route of the resolver, by name."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes() -> dict[str, str]:
    """Full name → pattern; a route without a name goes by its pattern."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], space: str, path: str) -> Iterator[tuple[str, str]]:
    for item in patterns:
        here = path + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{space}{item.namespace}:" if item.namespace else space
            yield from _walk(item.url_patterns, inner, here)
        else:
            yield (f"{space}{item.name}" if item.name else here), here
