"""The least that could store the rates of the bench's round: statements written by hand for it, on PostgreSQL.

They know what the portal may not suppose: that no indicator is judged by commune, that every school stands in one,
that nothing else is stored. They write into a table like the portal's, with its unique key.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from reports.models import Report, Round

TABLE = """
DROP TABLE IF EXISTS floor_rate;
CREATE TABLE floor_rate (LIKE reports_completionrate INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE SEQUENCE IF NOT EXISTS floor_rate_id;
ALTER TABLE floor_rate ALTER COLUMN id DROP IDENTITY IF EXISTS;
ALTER TABLE floor_rate ALTER COLUMN id SET DEFAULT nextval('floor_rate_id')
"""
INTO = """
INSERT INTO floor_rate (round_id, basis, "grouping", unit_id, indicator_id, level, expected, counted, numerator,
                        denominator, silent_denominator, silent_unknown, computed_at)
"""
# One row for each report, indicator and level that apply ('' for all of them), with what is answered and known.
LINES = """
level_bit(level, bit) AS (
    VALUES ('MN', 1), ('TH', 2), ('THCS', 4), ('THPT', 8), ('GDTX', 16)
),
duty AS (
    SELECT r.id, r.unit_id, r.commune_id, r.manager_id, r.levels, r.current_submission_id AS sent, q.school_year,
           r.state IN ('submitted', 'accepted') AS on1, r.state = 'accepted' AS on2
      FROM reports_report r JOIN reports_round q ON q.id = r.round_id
     WHERE r.round_id = %(round)s AND r.excluded_at IS NULL AND r.levels > 0 {narrow}
),
fact AS (
    SELECT d.id, i.id AS indicator_id, l.level AS part, d.commune_id, d.manager_id, d.on1, d.on2,
           v.numerator, v.denominator, CASE WHEN i.counted = '' THEN 1 ELSE h.number END AS known
      FROM duty d
      JOIN reports_roundindicator ri ON ri.round_id = %(round)s
      JOIN targets_indicator i ON i.id = ri.indicator_id AND i.levels & d.levels <> 0
      JOIN (SELECT level, bit FROM level_bit UNION ALL SELECT '', 0) l
        ON CASE WHEN i.counted = 'pupils' THEN l.bit & i.levels & d.levels <> 0 ELSE l.level = '' END
      LEFT JOIN reports_value v
        ON v.submission_id = d.sent AND v.indicator_id = i.id AND v.level = l.level AND d.on1
      LEFT JOIN schools_headcount h
        ON h.unit_id = d.unit_id AND h.school_year = d.school_year AND h.population = i.counted AND h.level = l.level
       AND NOT d.on2
),
line AS (
    SELECT id, indicator_id, '' AS level, commune_id, manager_id, on1, on2, SUM(numerator) AS n, SUM(denominator) AS d,
           COALESCE(SUM(known), 0) AS known, bool_or(known IS NULL)::int AS unknown
      FROM fact GROUP BY id, indicator_id, commune_id, manager_id, on1, on2
    UNION ALL
    SELECT f.id, f.indicator_id, l.level, f.commune_id, f.manager_id, on1, on2, numerator, denominator,
           COALESCE(known, 0), (known IS NULL)::int
      FROM fact f
      JOIN targets_indicator i ON i.id = f.indicator_id
      JOIN reports_report r ON r.id = f.id
      JOIN level_bit l ON CASE WHEN f.part = '' THEN l.bit & i.levels & r.levels <> 0 ELSE l.level = f.part END
)
"""
SUMS = """
       COUNT(*) AS expected,
       COUNT(*) FILTER (WHERE on1) AS c1, COALESCE(SUM(n), 0) AS n1, COALESCE(SUM(d), 0) AS d1,
       COALESCE(SUM(known) FILTER (WHERE NOT on1), 0) AS s1, COALESCE(SUM(unknown) FILTER (WHERE NOT on1), 0) AS u1,
       COUNT(*) FILTER (WHERE on2) AS c2, COALESCE(SUM(n) FILTER (WHERE on2), 0) AS n2,
       COALESCE(SUM(d) FILTER (WHERE on2), 0) AS d2,
       COALESCE(SUM(known) FILTER (WHERE NOT on2), 0) AS s2, COALESCE(SUM(unknown) FILTER (WHERE NOT on2), 0) AS u2
"""
BOTH = """
  FROM summed,
       LATERAL (VALUES ('provisional', c1, n1, d1, s1, u1), ('official', c2, n2, d2, s2, u2))
       AS b (basis, c, n, d, s, u)
"""
ALL = f"""
{INTO}
WITH {LINES.format(narrow="")},
summed AS (
    SELECT indicator_id, level, commune_id, manager_id, GROUPING(commune_id, manager_id) AS kind, {SUMS}
      FROM line
     GROUP BY indicator_id, level, GROUPING SETS ((commune_id), (manager_id), ())
)
SELECT %(round)s, basis, CASE kind WHEN 1 THEN 'place' WHEN 2 THEN 'manager' ELSE 'whole' END,
       CASE kind WHEN 1 THEN commune_id WHEN 2 THEN manager_id ELSE %(receiver)s END,
       indicator_id, level, expected, c, n, d, s, u, now()
{BOTH}
"""  # noqa: S608 - made of constants
ONE = f"""
{INTO}
WITH {LINES.format(narrow="AND r.{column} = %(unit)s")},
summed AS (SELECT indicator_id, level, {SUMS} FROM line GROUP BY indicator_id, level)
SELECT %(round)s, basis, %(kind)s, %(unit)s, indicator_id, level, expected, c, n, d, s, u, now()
{BOTH}
"""  # noqa: S608 - made of constants
FROM_COMMUNES = f"""
{INTO}
SELECT round_id, basis, 'whole', %(receiver)s, indicator_id, level, SUM(expected), SUM(counted), SUM(numerator),
       SUM(denominator), SUM(silent_denominator), SUM(silent_unknown), now()
  FROM floor_rate WHERE round_id = %(round)s AND "grouping" = 'place'
 GROUP BY round_id, basis, indicator_id, level
"""  # noqa: S608 - made of constants


def make_table() -> None:
    with connection.cursor() as cursor:
        for statement in TABLE.split(";"):
            cursor.execute(statement)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE floor_rate")


def all_rates(round_: Round) -> None:
    """Into the empty table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ALL, {"round": round_.pk, "receiver": round_.receiver_id})


def after_one(round_: Round, report: Report) -> None:
    """The rows of the report's commune, of its manager, and the province from the communes."""
    asked: dict[str, Any] = {"round": round_.pk, "receiver": round_.receiver_id}
    touched = (("place", "commune_id", report.commune_id), ("manager", "manager_id", report.manager_id))
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, column, unit in touched:
            cursor.execute('DELETE FROM floor_rate WHERE "grouping" = %s AND unit_id = %s', [kind, unit])
            cursor.execute(ONE.format(column=column), asked | {"kind": kind, "unit": unit})
        cursor.execute("""DELETE FROM floor_rate WHERE "grouping" = 'whole'""")
        cursor.execute(FROM_COMMUNES, asked)


def rows() -> dict[tuple[Any, ...], tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT basis, "grouping", unit_id, indicator_id, level, expected, counted, numerator, denominator,'
            " silent_denominator, silent_unknown FROM floor_rate"
        )
        return {tuple(row[:5]): tuple(int(number) for number in row[5:]) for row in cursor.fetchall()}
