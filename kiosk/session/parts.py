"""The parts of one director, as those that lead several of them see them. They are made by the director, once."""

from dataclasses import dataclass

from kiosk.session.asking import Asking
from kiosk.session.check import Check
from kiosk.session.comeback import Comeback
from kiosk.session.company import Company
from kiosk.session.course import Course
from kiosk.session.ports import World
from kiosk.session.readiness import ReadinessRun
from kiosk.session.scene import Scene
from kiosk.session.trial import Trial


@dataclass(frozen=True)
class Parts:
    """`world` is what the director needs of others; the rest is its own."""

    scene: Scene
    course: Course
    check: Check
    comeback: Comeback
    readiness: ReadinessRun
    trial: Trial
    asking: Asking
    company: Company
    world: World
