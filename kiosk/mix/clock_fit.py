"""The line between a device's own count of samples and the session clock.

A device counts samples with its own, slightly wrong clock, and each block's stamp may be late by scheduling
but never early. So the truth is the line below all points (sample, stamp), not the one through their middle:
here the lower hull of the last minute's earliest points, and of it the edge under the middle of the window. How late
a sound server delivers may change by some milliseconds from one moment to the next and stay so; the hull would take
that for a slope, so the usual slope between near points bounds it.

Never jumps by itself in small steps: the line that callers see glides to the best one. It leaps only where
the device's count itself leapt (samples lost or delivered twice, unannounced).
"""

from collections import deque
from itertools import pairwise
from statistics import median
from typing import Final

from kiosk.domain.clock import NS

WINDOW_S: Final = 60.0
BUCKET_S: Final = 0.5
LARGEST_SLOPE: Final = 5e-4
"""Crystals are wrong by 100 ppm, poor ones by 300; more than 500 is an error of measuring."""
SLOPE_FROM_S: Final = 3.0
SLOPE_FULL_S: Final = 15.0
"""Between these ages the measured slope is trusted more and more; before, what is known of it, or the nominal rate."""
GLIDE: Final = 0.002
GLIDE_EARLY: Final = 0.01
EARLY_S: Final = 6.0
"""How fast the visible line glides to the best one, in seconds a second."""
SETTLED_S: Final = 0.1
LEAP_S: Final = 0.02
"""A correction above this is a leap of the device's count, not a matter of gliding."""
SLOPE_SPREAD: Final = 4e-5
"""The hull's slope may differ from the usual one between near points by so much, and more while points are few."""
FEW_POINTS: Final = 20
NEAR_BUCKETS: Final = 8
EARLY_GAP_S: Final = 0.001
EARLY_BUCKETS: Final = 6
"""A few points this far below all others are no truth but a stumble: in a stream's first seconds sound servers hand
over blocks 5 to 10 ms sooner than afterwards."""
LATE_S: Final = 0.03
LATE_BUCKETS: Final = 8
"""When the earliest points of this many buckets on end are this late, the count has lost samples for good."""

Point = tuple[float, float]


class ClockFit:
    """Fits the count of one device, of `rate` samples a second by its own clock, to the session clock.

    `ppm` is what is known of its drift beforehand, from an earlier opening: it holds until a new one is measured.
    """

    def __init__(self, rate: int, ppm: float = 0.0) -> None:
        self.rate = rate
        self._ns = NS / rate
        self._limit = LARGEST_SLOPE * self._ns
        self._known_slope = max(-self._limit, min(self._limit, ppm * 1e-6 * self._ns))
        self._origin: tuple[int, int] | None = None
        self._closed: deque[Point] = deque()
        self._bucket = 0
        self._earliest: Point | None = None
        self._newest = 0.0
        self._offset = 0.0
        self._slope = self._known_slope
        self._trust = 0.0
        self._behind = 0.0

    @property
    def ready(self) -> bool:
        """Whether anything was added yet: nothing else may be asked before."""
        return self._origin is not None

    @property
    def ppm(self) -> float:
        """By how much the device's second is longer than the session's, in millionths; positive: a slow device."""
        return self._slope / self._ns * 1e6

    @property
    def known_ppm(self) -> float:
        """The same, but what was known beforehand until it was measured for long enough."""
        return self.ppm if self._trust >= 1 else self._known_slope / self._ns * 1e6

    def add(self, first: int, t_ns: int) -> None:
        """Sample number `first` sounded at `t_ns` or earlier."""
        if self._origin is None:
            self._origin = (first, t_ns)
            self._earliest = (0.0, 0.0)
            return
        sample = float(first - self._origin[0])
        late = (t_ns - self._origin[1]) - sample * self._ns
        self._glide(sample)
        bucket = int(sample / (self.rate * BUCKET_S))
        if bucket != self._bucket:
            self._close_bucket(bucket)
            self._earliest = (sample, late)
            self._refit()
        elif self._earliest is None or late < self._earliest[1] + self._slope * (sample - self._earliest[0]):
            self._earliest = (sample, late)
        if late < self._offset + self._slope * sample:
            self._refit()

    def instant_of(self, sample: float) -> float:
        """Session clock, in nanoseconds, at which that sample of the device sounded."""
        origin_sample, origin_ns = self._begin()
        since = sample - origin_sample
        return origin_ns + self._offset - self._behind + since * (self._ns + self._slope)

    def sample_at(self, t_ns: float) -> float:
        """Number of the device's sample, with fractions, that sounded at `t_ns`."""
        origin_sample, origin_ns = self._begin()
        since = (t_ns - origin_ns) - self._offset + self._behind
        return origin_sample + since / (self._ns + self._slope)

    def _begin(self) -> tuple[int, int]:
        if self._origin is None:
            raise ValueError("a clock without a point has no instants")
        return self._origin

    def _glide(self, sample: float) -> None:
        """Takes the visible line a little nearer to the best one, by the device's time that passed."""
        passed = max(0.0, sample - self._newest) * self._ns
        self._newest = max(self._newest, sample)
        step = passed * (GLIDE_EARLY if self._newest < EARLY_S * self.rate else GLIDE)
        self._behind -= max(-step, min(step, self._behind))

    def _close_bucket(self, bucket: int) -> None:
        if self._earliest is not None:
            self._closed.append(self._earliest)
        self._bucket = bucket
        oldest = self._newest - WINDOW_S * self.rate
        while self._closed and self._closed[0][0] < oldest:
            self._closed.popleft()
        recent = list(self._closed)[-LATE_BUCKETS:]
        if len(recent) == LATE_BUCKETS < len(self._closed) and all(
            late > self._offset + self._slope * sample + LATE_S * NS for sample, late in recent
        ):
            self._closed = deque(recent)

    def _refit(self) -> None:
        """The best line of all points; the visible one stays where it is at the newest sample."""
        seen = self._offset - self._behind + self._slope * self._newest
        points = [*self._closed]
        if self._earliest is not None:
            points.append(self._earliest)
        believed = _without_early(points)
        if self._trust >= 1:  # a stumble at the start is out for good: nothing later shall bring it back
            while self._closed and self._closed[0][0] < believed[0][0]:
                self._closed.popleft()
        points = believed
        age = (points[-1][0] - points[0][0]) / self.rate
        self._trust = min(1.0, max(0.0, (age - SLOPE_FROM_S) / (SLOPE_FULL_S - SLOPE_FROM_S)))
        self._slope = self._known_slope
        if self._trust:
            spread = SLOPE_SPREAD * (1 + FEW_POINTS / len(points)) * self._ns
            usual = _usual_slope(points)
            measured = max(usual - spread, min(usual + spread, _slope_below(points)))
            measured = max(-self._limit, min(self._limit, measured))
            self._slope += self._trust * (measured - self._known_slope)
        self._offset = min(late - self._slope * sample for sample, late in points)
        behind = self._offset + self._slope * self._newest - seen
        settled = self._newest > SETTLED_S * self.rate
        self._behind = behind if settled and abs(behind) < LEAP_S * NS else 0.0


def _without_early(points: list[Point]) -> list[Point]:
    """The points without the few that came too early to be true: one of four, or the first half of a young stream."""
    if len(points) < 4:
        return points
    slope = _usual_slope(points)
    ranked = sorted(points, key=lambda point: point[1] - slope * point[0])
    for early in range(min(EARLY_BUCKETS, len(points) // 2), 0, -1):
        last, true = ranked[early - 1], ranked[early]
        apart = (true[1] - slope * true[0]) - (last[1] - slope * last[0]) > EARLY_GAP_S * NS
        if apart and (early <= len(points) // 4 or max(ranked[:early]) < min(ranked[early:])):
            return sorted(ranked[early:])
    return points


def _usual_slope(points: list[Point]) -> float:
    """The median slope between points some seconds apart: few of them have a change of latency between them."""
    apart = max(1, min(NEAR_BUCKETS, len(points) // 4))
    return median((b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[apart:], strict=False))


def _slope_below(points: list[Point]) -> float:
    """Slope of the line that lies below all points and, summed, closest to them.

    That line is the edge of the lower convex hull under the mean of the abscissas.
    """
    hull: list[Point] = []
    for point in points:
        while len(hull) > 1 and _turns_right(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    middle = sum(sample for sample, _ in points) / len(points)
    for (left, low), (right, high) in pairwise(hull):
        if right >= middle and right > left:
            return (high - low) / (right - left)
    return 0.0


def _turns_right(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])
