"""Tags and filters of every page: numbers the Vietnamese way, icons, bars."""

from __future__ import annotations

from django import template

register = template.Library()
