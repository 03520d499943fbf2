"""One thing that is wrong with data that somebody wants to load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Violation:
    """One thing that breaks a shape.

    Attributes
    ----------
    severity
        ``Violation`` (the load is refused) or ``Warning`` (it is reported).
    shape
        Local name of the shape.
    focus
        Short id of the resource that breaks it.
    path
        Local name of the property, or None.
    value
        The offending value, or None.
    message
        What to do, by language: ``{"zh": …, "en": …}``.
    file, line
        Where it stands; line from 1, or None where the file does not mention the resource.
    """

    severity: str
    shape: str
    focus: str
    path: str | None
    value: str | None
    message: dict[str, str]
    file: str
    line: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the violation as plain data."""
        return {**self.__dict__, "line": self.line or None}  # what no file says has no line

    def place(self) -> tuple[bool, str, int, str, str, str]:
        """Return where it comes in a report: the worst first, then by file and line."""
        mild = self.severity != "Violation"
        return mild, self.file, self.line or 0, self.focus, self.shape, str(self.path)

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        path = f" {self.path}" if self.path else ""
        value = f" = {self.value}" if self.value else ""
        return f"{where}: {self.focus}{path}{value} [{self.shape}] {self.message.get('en', '')}"
