"""The statements that sum a round's values into its rates. The same text for PostgreSQL and SQLite.

From rows to parts (`_PARTS`), read from the top: the reports of the round; the headcounts of the silent,
one row a school; `stock`, schools that are alike in place, manager, levels, state and what is known of
them, so that all that follows is as large as the communes and not as the schools; `spoken`, their values;
`part`, both held against every (indicator, level) that applies. From parts to rates (`_RATES`): place,
manager and whole.

A state is 2 where it counts officially, 1 where only provisionally, 0 where it is silent. For each
sum the suffix 1 is the provisional basis, 2 the official one.
"""

from __future__ import annotations

from schools.levels import Level


def _pupils_of_silent() -> str:
    """One column a level: the pupils of a school's headcount rows."""
    return ",\n".join(
        f"           SUM(CASE WHEN h.level = '{level.name}' THEN h.number ELSE 0 END) AS pupils_{level.value}"
        for level in Level
    )


def _stock_pupils() -> str:
    return ",\n".join(f"           SUM(pupils_{level.value}) AS pupils_{level.value}" for level in Level)


def _pupils_of_cell() -> str:
    """Pupils of the levels that the school and the cell have in common."""
    return "\n                    + ".join(
        f"CASE WHEN s.levels & c.bits & {level.value} <> 0 THEN s.pupils_{level.value} ELSE 0 END" for level in Level
    )


def _levels() -> str:
    return ", ".join(f"('{level.name}', {level.value})" for level in Level)


# The tables are our own and all text here is constant; what varies goes as parameters.
# ruff: noqa: S608


def _parts(narrow: str = "") -> str:
    """From the rows of a round, or of its reports that `narrow` keeps; parameter: the round, then narrow's."""
    return f"""
level_bit(code, bit) AS (VALUES {_levels()}),
asked AS (
    SELECT id AS round_id, receiver_id, school_year FROM reports_round WHERE id = %s
),
cell AS (
    SELECT i.id AS indicator_id, '' AS level, CAST(i.levels AS INTEGER) AS bits, i.counted, i.per_commune
      FROM asked
      JOIN reports_roundindicator ri ON ri.round_id = asked.round_id
      JOIN targets_indicator i ON i.id = ri.indicator_id
    UNION ALL
    SELECT i.id, l.code, l.bit, i.counted, i.per_commune
      FROM asked
      JOIN reports_roundindicator ri ON ri.round_id = asked.round_id
      JOIN targets_indicator i ON i.id = ri.indicator_id
      JOIN level_bit l ON i.levels & l.bit <> 0
),
expected AS (
    SELECT r.id, r.unit_id, r.commune_id, r.manager_id, CAST(r.levels AS INTEGER) AS levels,
           r.current_submission_id, asked.school_year,
           CASE r.state WHEN 'accepted' THEN 2 WHEN 'submitted' THEN 1 ELSE 0 END AS state
      FROM asked
      JOIN reports_report r ON r.round_id = asked.round_id
     WHERE r.excluded_at IS NULL AND r.levels <> 0 {narrow}
),
school AS (
    SELECT e.id, e.commune_id, e.manager_id, e.levels, e.state,
           SUM(CASE WHEN h.population = 'staff' THEN h.number ELSE 0 END) AS staff,
           MAX(CASE WHEN h.population = 'staff' THEN 1 ELSE 0 END) AS staff_known,
           SUM(COALESCE(l.bit, 0)) AS pupils_known,
{_pupils_of_silent()}
      FROM expected e
      LEFT JOIN schools_headcount h
             ON h.unit_id = e.unit_id AND h.school_year = e.school_year AND h.population IN ('staff', 'pupils')
            AND e.state < 2
      LEFT JOIN level_bit l ON l.code = h.level
     GROUP BY e.id, e.commune_id, e.manager_id, e.levels, e.state
),
stock AS (
    SELECT commune_id, manager_id, levels, state, staff_known, pupils_known,
           COUNT(*) AS schools,
           SUM(staff) AS staff,
{_stock_pupils()}
      FROM school
     GROUP BY commune_id, manager_id, levels, state, staff_known, pupils_known
),
spoken AS (
    SELECT e.commune_id, e.manager_id, e.levels, e.state, v.indicator_id, v.level,
           SUM(v.numerator) AS numerator, SUM(v.denominator) AS denominator
      FROM expected e
      JOIN reports_value v ON v.submission_id = e.current_submission_id
     WHERE e.state > 0
     GROUP BY e.commune_id, e.manager_id, e.levels, e.state, v.indicator_id, v.level
),
piece AS (
    SELECT c.indicator_id, c.level, c.per_commune, s.commune_id, s.manager_id, s.state, s.schools,
           CASE WHEN c.counted = '' THEN s.schools
                WHEN c.counted = 'staff' THEN s.staff
                ELSE {_pupils_of_cell()}
           END AS known,
           CASE WHEN c.counted = '' THEN 0
                WHEN c.counted = 'staff' THEN CASE WHEN s.staff_known = 1 THEN 0 ELSE s.schools END
                WHEN s.levels & c.bits & s.pupils_known = s.levels & c.bits THEN 0
                ELSE s.schools
           END AS unknown,
           0 AS numerator, 0 AS denominator
      FROM stock s
      JOIN cell c ON s.levels & c.bits <> 0
    UNION ALL
    SELECT c.indicator_id, c.level, c.per_commune, s.commune_id, s.manager_id, s.state, 0, 0, 0,
           s.numerator, s.denominator
      FROM spoken s
      LEFT JOIN level_bit l ON l.code = s.level
      JOIN cell c ON c.indicator_id = s.indicator_id
                 AND s.levels & c.bits <> 0
                 AND CASE WHEN c.counted = 'pupils'
                          THEN s.level <> '' AND s.levels & c.bits & l.bit <> 0
                          ELSE s.level = '' END
),
part AS (
    SELECT indicator_id, level, per_commune, commune_id, manager_id,
           SUM(schools) AS expected,
           SUM(CASE WHEN state > 0 THEN schools ELSE 0 END) AS counted1,
           SUM(numerator) AS numerator1,
           SUM(denominator) AS denominator1,
           SUM(CASE WHEN state = 0 THEN known ELSE 0 END) AS silent1,
           SUM(CASE WHEN state = 0 THEN unknown ELSE 0 END) AS unknown1,
           SUM(CASE WHEN state = 2 THEN schools ELSE 0 END) AS counted2,
           SUM(CASE WHEN state = 2 THEN numerator ELSE 0 END) AS numerator2,
           SUM(CASE WHEN state = 2 THEN denominator ELSE 0 END) AS denominator2,
           SUM(CASE WHEN state < 2 THEN known ELSE 0 END) AS silent2,
           SUM(CASE WHEN state < 2 THEN unknown ELSE 0 END) AS unknown2
      FROM piece
     GROUP BY indicator_id, level, per_commune, commune_id, manager_id
)
"""


_RATES = """
based AS (
    SELECT 'provisional' AS basis, indicator_id, level, per_commune, commune_id, manager_id, expected,
           counted1 AS counted, numerator1 AS numerator, denominator1 AS denominator,
           silent1 AS silent, unknown1 AS unknown
      FROM part
    UNION ALL
    SELECT 'official', indicator_id, level, per_commune, commune_id, manager_id, expected,
           counted2, numerator2, denominator2, silent2, unknown2
      FROM part
),
grain AS (
    SELECT 'place' AS kind, basis, indicator_id, level, per_commune, commune_id, NULL AS manager_id,
           SUM(expected) AS expected, SUM(counted) AS counted, SUM(numerator) AS numerator,
           SUM(denominator) AS denominator, SUM(silent) AS silent, SUM(unknown) AS unknown
      FROM based
     GROUP BY basis, indicator_id, level, per_commune, commune_id
    UNION ALL
    SELECT 'manager', basis, indicator_id, level, per_commune, commune_id, manager_id,
           expected, counted, numerator, denominator, silent, unknown
      FROM based
     WHERE manager_id IS NOT NULL
),
judged AS (
    SELECT kind, basis, indicator_id, level, commune_id, manager_id, expected, counted, numerator, denominator,
           silent, unknown
      FROM grain
     WHERE NOT per_commune
    UNION ALL
    SELECT kind, basis, indicator_id, level, commune_id, manager_id, 1,
           CASE WHEN numerator > 0 OR counted = expected THEN 1 ELSE 0 END,
           CASE WHEN numerator > 0 THEN 1 ELSE 0 END,
           CASE WHEN numerator > 0 OR counted = expected THEN 1 ELSE 0 END,
           CASE WHEN numerator > 0 OR counted = expected THEN 0 ELSE 1 END,
           0
      FROM grain
     WHERE per_commune AND commune_id IS NOT NULL
),
rate AS (
    SELECT basis, indicator_id, level, kind, commune_id AS unit_id,
           expected, counted, numerator, denominator, silent, unknown
      FROM judged
     WHERE kind = 'place' AND commune_id IS NOT NULL
    UNION ALL
    SELECT basis, indicator_id, level, kind, manager_id,
           SUM(expected), SUM(counted), SUM(numerator), SUM(denominator), SUM(silent), SUM(unknown)
      FROM judged
     WHERE kind = 'manager'
     GROUP BY basis, indicator_id, level, kind, manager_id
    UNION ALL
    SELECT basis, indicator_id, level, 'whole', receiver_id,
           SUM(expected), SUM(counted), SUM(numerator), SUM(denominator), SUM(silent), SUM(unknown)
      FROM judged, asked
     WHERE kind = 'place'
     GROUP BY basis, indicator_id, level, receiver_id
)
"""

_STORED = """
part AS (
    SELECT p.indicator_id, p.level, i.per_commune, p.commune_id, p.manager_id, p.expected,
           p.provisional_counted AS counted1, p.provisional_numerator AS numerator1,
           p.provisional_denominator AS denominator1, p.provisional_silent AS silent1,
           p.provisional_unknown AS unknown1,
           p.official_counted AS counted2, p.official_numerator AS numerator2,
           p.official_denominator AS denominator2, p.official_silent AS silent2, p.official_unknown AS unknown2
      FROM reports_completionpart p
      JOIN targets_indicator i ON i.id = p.indicator_id
     WHERE p.round_id = %s {narrow}
)
"""
_ASKED = "asked AS (SELECT id AS round_id, receiver_id FROM reports_round WHERE id = %s)"

_INTO_PARTS = """
INSERT INTO reports_completionpart
       (round_id, commune_id, manager_id, indicator_id, level, expected,
        provisional_counted, provisional_numerator, provisional_denominator, provisional_silent, provisional_unknown,
        official_counted, official_numerator, official_denominator, official_silent, official_unknown)
"""
_PART_COLUMNS = """
SELECT asked.round_id, commune_id, manager_id, indicator_id, level, expected,
       counted1, numerator1, denominator1, silent1, unknown1, counted2, numerator2, denominator2, silent2, unknown2
  FROM part, asked
"""
_INTO_RATES = """
INSERT INTO reports_completionrate
       (round_id, basis, indicator_id, level, "grouping", unit_id, expected, counted, numerator, denominator,
        silent_denominator, silent_unknown, computed_at)
"""
_RATE_COLUMNS = """
SELECT asked.round_id, basis, indicator_id, level, kind, unit_id, expected, counted, numerator, denominator,
       silent, unknown, %s
  FROM rate, asked
"""

# Straight from the rows, without the stored parts: what the stored rates are checked against.
FRESH = f"""
WITH {_parts()}, {_RATES}
SELECT basis, kind, unit_id, indicator_id, level, expected, counted, numerator, denominator, silent, unknown
  FROM rate
"""

# The schools of one commune and their provisional sums as the rows stand, in one statement: a version that is
# being sent must not hold sums of one moment and names of another. Parameters: the round, the commune.
FRESH_OF_COMMUNE = f"""
WITH {_parts("AND r.commune_id = %s")}, {_RATES}
SELECT 'rate' AS what, indicator_id AS id, level, expected, counted, numerator, denominator, silent, unknown
  FROM rate
 WHERE kind = 'place' AND basis = 'provisional'
UNION ALL
SELECT 'school', unit_id, '', state, 0, 0, 0, 0, 0
  FROM expected
"""

# --- a whole round ------------------------------------------------------------------------------
CLEAR_PARTS = "DELETE FROM reports_completionpart WHERE round_id = %s"
STORE_PARTS = f"{_INTO_PARTS} WITH {_parts()} {_PART_COLUMNS}"
# A row that stays as it was is not written again; the few of the whole always are: their time is that of the round.
STORE_RATES = f"""
{_INTO_RATES} WITH {_ASKED}, {_STORED.format(narrow="")}, {_RATES} {_RATE_COLUMNS}
 WHERE true
    ON CONFLICT (round_id, basis, "grouping", unit_id, indicator_id, level) DO UPDATE
   SET expected = excluded.expected, counted = excluded.counted, numerator = excluded.numerator,
       denominator = excluded.denominator, silent_denominator = excluded.silent_denominator,
       silent_unknown = excluded.silent_unknown, computed_at = excluded.computed_at
 WHERE excluded."grouping" = 'whole'
    OR (reports_completionrate.expected, reports_completionrate.counted, reports_completionrate.numerator,
        reports_completionrate.denominator, reports_completionrate.silent_denominator,
        reports_completionrate.silent_unknown)
    <> (excluded.expected, excluded.counted, excluded.numerator,
        excluded.denominator, excluded.silent_denominator,
        excluded.silent_unknown)
"""


def _forget(grouping: str, unit: str) -> str:
    """Rates that no part stands behind any more."""
    return f"""
DELETE FROM reports_completionrate
 WHERE round_id = %s AND "grouping" = '{grouping}' AND NOT EXISTS (
       SELECT 1
         FROM reports_completionpart p
         JOIN targets_indicator i ON i.id = p.indicator_id
         JOIN reports_round q ON q.id = p.round_id
        WHERE p.round_id = reports_completionrate.round_id AND {unit} = reports_completionrate.unit_id
          AND p.indicator_id = reports_completionrate.indicator_id AND p.level = reports_completionrate.level
          AND (p.commune_id IS NOT NULL OR NOT i.per_commune))
"""


FORGET = (
    _forget("place", "p.commune_id"),
    _forget("manager", "p.manager_id"),
    _forget("whole", "q.receiver_id"),
)

# --- one commune of it, and what stands above ---------------------------------------------------
MANAGERS_OF_COMMUNE = """
SELECT DISTINCT manager_id FROM reports_completionpart
 WHERE round_id = %s AND commune_id = %s AND manager_id IS NOT NULL
"""
CLEAR_COMMUNE_PARTS = "DELETE FROM reports_completionpart WHERE round_id = %s AND commune_id = %s"
STORE_COMMUNE_PARTS = f"{_INTO_PARTS} WITH {_parts('AND r.commune_id = %s')} {_PART_COLUMNS}"
CLEAR_RATES = """
DELETE FROM reports_completionrate
 WHERE round_id = %s AND basis IN ('provisional', 'official') AND "grouping" = %s AND unit_id = %s
"""
CLEAR_WHOLE = """
DELETE FROM reports_completionrate
 WHERE round_id = %s AND basis IN ('provisional', 'official') AND "grouping" = 'whole'
"""
STORE_PLACE = f"""
{_INTO_RATES} WITH {_ASKED}, {_STORED.format(narrow="AND p.commune_id = %s")}, {_RATES} {_RATE_COLUMNS}
 WHERE kind = 'place'
"""
STORE_MANAGER = f"""
{_INTO_RATES} WITH {_ASKED}, {_STORED.format(narrow="AND p.manager_id = %s")}, {_RATES} {_RATE_COLUMNS}
 WHERE kind = 'manager'
"""
# The province from its communes' sums, and from the few schools that stand in none.
STORE_WHOLE = f"""
{_INTO_RATES} WITH {_ASKED}, {_STORED.format(narrow="AND p.commune_id IS NULL")}, {_RATES},
place AS (
    SELECT basis, indicator_id, level, expected, counted, numerator, denominator,
           silent_denominator AS silent, silent_unknown AS unknown
      FROM reports_completionrate
     WHERE round_id = %s AND basis IN ('provisional', 'official') AND "grouping" = 'place'
    UNION ALL
    SELECT basis, indicator_id, level, expected, counted, numerator, denominator, silent, unknown
      FROM rate
     WHERE kind = 'whole'
)
SELECT asked.round_id, basis, indicator_id, level, 'whole', asked.receiver_id,
       SUM(expected), SUM(counted), SUM(numerator), SUM(denominator), SUM(silent), SUM(unknown), %s
  FROM place, asked
 GROUP BY asked.round_id, asked.receiver_id, basis, indicator_id, level
"""
