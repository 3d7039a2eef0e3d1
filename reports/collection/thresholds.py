"""From where on an answer is strange enough for a word. Pure.

Each figure is reasoned, and was written down before anything was measured; what they find of seeded
mistakes, and how many honest reports they disturb, is measured by `make bench ONLY=reporting_warnings`.
A warning never blocks, so it may err on the side of speaking; it must not speak in every honest report.
"""

from __future__ import annotations

# A digit too many or too few makes ten times or a tenth. A total that in truth also halved or doubled
# (a school split, a school merged) still leaves five.
MANY_TIMES = 5

# How many people were reached may honestly grow from a few to many: that is what a campaign is for.
# Only what is nearly ten times as many looks like a digit too many (ten, less a fifth for the change of a year).
MANY_TIMES_REACHED = 8

# Of fewer than five people one more or less is already a large share, and a tenth of them is nobody.
FEWEST_TO_COMPARE = 5

# The rule of the sector: staff that change by more than 30% between two rounds are explained.
STAFF_CHANGE_PERCENT = 30

# In a school of ten, three may come and go in one summer.
FEWEST_CHANGED = 4

# Pupils flow through their grades: a tenth more or less a year. The same 30% as for staff, and asked only
# where no list of the year says better.
PUPILS_CHANGE_PERCENT = 30

# The list is of the same school year: a fifth of a school does not come or leave within it.
LIST_DIFFERENCE_PERCENT = 20

# Two questions of one form count the same people on nearly the same day.
SAME_PEOPLE_PERCENT = 5

# Numerator above denominator, and yet the larger number is near a total that is known, or the rate turned
# upside down is near the last round's: then the fields were exchanged rather than one of them mistyped.
SWAPPED_NEAR_PERCENT = 10
SWAPPED_NEAR_POINTS = 10

# The total of each of two levels is the other's: as near as two countings of the same pupils are.
EXCHANGED_NEAR_PERCENT = 5

# One question answered with 100% is an achievement, all of them a habit. That one rose to 100% at once is no
# warning: it is what a target of 100% asks for, and measured it disturbed three honest reports for each mistake.
FEWEST_FULL_RATES = 2

# One number may be the same by chance, two that are neither nobody nor everybody hardly.
FEWEST_TELLING = 2
