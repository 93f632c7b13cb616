"""The recipes in packaging/linux are scripts that import each other; here they are imported the same way."""

import sys
from pathlib import Path

RECIPES = Path(__file__).resolve().parents[2] / "packaging" / "linux"
if str(RECIPES) not in sys.path:
    sys.path.append(str(RECIPES))
