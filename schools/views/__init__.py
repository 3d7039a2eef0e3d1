"""Pages of units and of lists of schools."""
