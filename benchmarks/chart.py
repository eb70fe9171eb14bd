"""A picture of times against numbers of invoices: SVG, both axes by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 70, 240, 34, 50
COLORS = ("#b3261e", "#1f6feb", "#1a7f37", "#6e7781")
Point = tuple[float, float]


def draw(series: Mapping[str, Sequence[Point]], x_label: str, y_label: str) -> str:
	"""The text of an SVG file. series: by name, points of positive numbers"""
	points = [point for line in series.values() for point in line]
	x_axis, y_axis = (_Axis([point[side] for point in points]) for side in (0, 1))
	lines = [
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
	]
	lines.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
	lines += _grid(x_axis, y_axis, x_label, y_label)
	for number, (name, line) in enumerate(series.items()):
		lines += _line(name, [_place(point, x_axis, y_axis) for point in line], COLORS[number % len(COLORS)])
	return "\n".join([*lines, "</svg>", ""])


class _Axis:
	"""From the power of ten below the least value to that above the largest."""

	def __init__(self, values: Sequence[float]):
		self.first = math.floor(math.log10(min(values)))
		self.last = max(math.ceil(math.log10(max(values))), self.first + 1)

	def part(self, value: float) -> float:
		"""Where a value is: 0 at the beginning, 1 at the end."""
		return (math.log10(value) - self.first) / (self.last - self.first)

	def ticks(self) -> list[float]:
		return [10.0**power for power in range(self.first, self.last + 1)]


def _place(point: Point, x_axis: _Axis, y_axis: _Axis) -> Point:
	x = LEFT + x_axis.part(point[0]) * (WIDTH - LEFT - RIGHT)
	return x, HEIGHT - BOTTOM - y_axis.part(point[1]) * (HEIGHT - TOP - BOTTOM)


def _grid(x_axis: _Axis, y_axis: _Axis, x_label: str, y_label: str) -> Iterator[str]:
	right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
	for tick in x_axis.ticks():
		x, _y = _place((tick, y_axis.ticks()[0]), x_axis, y_axis)
		yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#d0d7de"/>'
		yield _text(x, bottom + 18, f"{tick:,g}", "middle")
	for tick in y_axis.ticks():
		_x, y = _place((x_axis.ticks()[0], tick), x_axis, y_axis)
		yield f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#d0d7de"/>'
		yield _text(LEFT - 8, y + 4, f"{tick:,g}", "end")
	yield _text((LEFT + right) / 2, HEIGHT - 10, x_label, "middle")
	yield _text(16, TOP - 16, y_label, "start")


def _line(name: str, places: Sequence[Point], color: str) -> Iterator[str]:
	path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
	yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>'
	for x, y in places:
		yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>'
	x, y = places[-1]
	yield _text(x + 10, y + 4, name, "start", color)


def _text(x: float, y: float, text: str, anchor: str, color: str = "#24292f") -> str:
	place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" fill="{color}"'
	return f"<text {place}>{escape(text)}</text>"
