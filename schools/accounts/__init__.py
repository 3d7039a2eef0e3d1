"""Accounts of units: made for a whole list, opened by printed slips, handed over to who comes next."""
