"""Pictures with words ("camera lost", "paused") that stand in for the camera. Rendered beforehand, only loaded here."""

from pathlib import Path

import av

from kiosk.domain.errors import WorldFailed
from kiosk.encode.colour import Conformer


def load_still(path: Path, width: int = 1280, height: int = 720) -> av.VideoFrame:
    """The picture of a PNG in the recording's format.

    Draw only on a `colour.duplicate` of it: it is shown many times. Raises WorldFailed when the file is missing
    or not a picture.
    """
    try:
        with av.open(str(path)) as container:
            picture = next(container.decode(video=0))
            return Conformer(width, height).conform(picture)
    except (OSError, av.FFmpegError, StopIteration, IndexError) as error:
        raise WorldFailed(
            f"The picture {path.name} of the program is missing or damaged.", "Install it again."
        ) from error
