"""Where the lines of a chart run, in the units of its own view box; every number is written with a point. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.dashboards.curve import Curve, Point


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and the box of the curve inside it."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int


WIDE = Frame(640, 318, 40, 528, 16, 288)
NARROW = Frame(340, 240, 40, 326, 16, 210)
LABEL_ROOM = 58


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis."""

    place: str
    text_place: str
    value: int
    kind: str = ""  # first, today, end

    @property
    def words(self) -> str:
        return str(self.value).replace("-", "\u2212")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A curve as SVG needs it."""

    frame: Frame
    rows: Sequence[Tick]
    days: Sequence[Tick]
    area: str
    line: str
    previous: str
    today_x: str
    today_y: str
    previous_y: str
    label_x: str
    label_y: str
    label_anchor: str
    previous_label_x: str
    previous_label_y: str
    previous_label_anchor: str
    end_label_y: str
    end_label_y2: str
    narrow_name_y: str
    floor: str


def drawing(curve: Curve, frame: Frame) -> Drawing:
    span = max(1, curve.last_day - curve.first_day)

    def x(day: float) -> float:
        return frame.left + (frame.right - frame.left) * (day - curve.first_day) / span

    def y(percent: float) -> float:
        return frame.bottom - (frame.bottom - frame.top) * percent / 100

    def path(points: Iterable[Point]) -> str:
        return "L".join(f"{x(point.day):.1f} {y(float(point.percent)):.1f}" for point in points)

    line = path(curve.line)
    last = curve.line[-1] if curve.line else Point(curve.first_day, 0)  # type: ignore[arg-type]
    today_x, today_y = x(last.day), y(float(last.percent))
    previous_y = y(float(curve.previous_percent or 0))
    on_left = today_x > frame.left + 150
    room_right = frame.right - today_x > (140 if frame is WIDE else 50)
    # The two labels keep apart: ours above its point, the last round's below its own.
    label_y = max(frame.top + 10.0, min(today_y, previous_y if curve.previous_line else today_y) - 10)
    below = max(previous_y, today_y) + 16
    return Drawing(
        frame=frame,
        rows=[Tick(f"{y(value):.1f}", f"{y(value) + 4:.1f}", value) for value in (0, 25, 50, 75, 100)],
        days=_days(curve, x),
        area=f"M{line}L{today_x:.1f} {frame.bottom}L{x(curve.first_day):.1f} {frame.bottom}Z" if line else "",
        line=f"M{line}" if line else "",
        previous=f"M{path(curve.previous_line)}" if curve.previous_line else "",
        today_x=f"{today_x:.1f}",
        today_y=f"{today_y:.1f}",
        previous_y=f"{previous_y:.1f}",
        label_x=f"{today_x - 8 if on_left else today_x + 8:.1f}",
        label_y=f"{label_y if on_left else max(frame.top + 10.0, label_y):.1f}",
        label_anchor="end" if on_left else "start",
        previous_label_x=f"{today_x + 10 if room_right else today_x - 8:.1f}",
        previous_label_y=f"{min(frame.bottom - 6.0, below):.1f}",
        previous_label_anchor="start" if room_right else "end",
        end_label_y=f"{_end_y(curve, y, frame):.1f}",
        end_label_y2=f"{_end_y(curve, y, frame) + 16:.1f}",
        narrow_name_y=f"{_end_y(curve, y, frame) + 90:.1f}",
        floor=f"{frame.bottom + 22}",
    )


def _end_y(curve: Curve, y: Callable[[float], float], frame: Frame) -> float:
    if not curve.previous_line:
        return frame.top + 10.0
    return max(frame.top + 10.0, y(float(curve.previous_line[-1].percent)) + 2)


def _days(curve: Curve, x: Callable[[float], float]) -> list[Tick]:
    """Round distances that do not run into the first day, today or the deadline."""
    marks: list[tuple[int, str]] = [(curve.first_day, "first"), (0, "end")]
    if curve.today is not None and curve.first_day < curve.today:
        marks.append((curve.today, "today"))
    for day in (-45, -30, -15, -7, 7, 15, 30):
        clear = all(abs(x(day) - x(taken)) >= LABEL_ROOM for taken, _kind in marks)
        if curve.first_day < day <= curve.last_day and clear:
            marks.append((day, ""))
    # Today too near the deadline gives way to it: the line already shows where it is.
    kept = [mark for mark in marks if mark[1] != "today" or abs(x(mark[0]) - x(0)) >= LABEL_ROOM]
    return [Tick(f"{x(day):.1f}", "", day, kind) for day, kind in sorted(kept)]
