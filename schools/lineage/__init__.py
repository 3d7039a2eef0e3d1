"""What becomes of schools: merged, split, renamed, moved, closed, reopened, each by a decision and from a day."""
