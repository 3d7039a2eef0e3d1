"""Decisions about schools together with the duties that they move: written as one."""
