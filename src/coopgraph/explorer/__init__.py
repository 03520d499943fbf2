"""The pages people see: static files, served from here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent / "static"
"""The folder of static files."""
