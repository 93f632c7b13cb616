"""The wiring: what the kiosk's process is built of, in which order it starts and how it ends.

Everything that the director needs of others has its module here: book, archive, surroundings, narration.
"""

from kiosk.app.kiosk import Kiosk
from kiosk.app.start import check_ready, prepare_output

__all__ = ["Kiosk", "check_ready", "prepare_output"]
