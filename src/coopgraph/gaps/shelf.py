"""The rules at hand: those that ship, and those in the folder ``gaps`` of the data folder."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final

from coopgraph.errors import CoopgraphError
from coopgraph.gaps.rules import GapRule, add_rules, read_rules

_log: Final = logging.getLogger("coopgraph.gaps")

Stamp = tuple[tuple[str, int, int], ...]


class RuleShelf:
    """The rules that ship, and those somebody put into a folder; the folder is followed.

    A file that is new, changed or gone is noticed at the next question. A broken one never stops
    a service: it is logged, listed with what is wrong, and the others are used.

    Parameters
    ----------
    shipped
        The folder of the rules that ship; a broken one there is an error.
    own
        A folder that need not be there.

    Examples
    --------
    >>> from coopgraph.resources import ontology_dir
    >>> shelf = RuleShelf(ontology_dir() / "gaps", Path("/nowhere"))
    >>> "chain-break" in shelf.rules, dict(shelf.broken)
    (True, {})
    """

    def __init__(self, shipped: Path, own: Path) -> None:
        self._shipped = read_rules([shipped])
        self._own = own
        self._lock = Lock()
        self._stamp: Stamp = ()
        self._rules: Mapping[str, GapRule] = self._shipped
        self._broken: Mapping[str, CoopgraphError] = {}

    @property
    def shipped(self) -> Mapping[str, GapRule]:
        """The rules that ship, by id."""
        return MappingProxyType(self._shipped)

    @property
    def rules(self) -> Mapping[str, GapRule]:
        """Every rule that can be run, by id, in the order of their ids."""
        self._follow()
        return MappingProxyType(dict(self._rules))

    @property
    def has_own(self) -> bool:
        """Whether there are files that may change while the generation stays."""
        self._follow()
        return bool(self._stamp)

    @property
    def broken(self) -> Mapping[str, CoopgraphError]:
        """What is wrong with files that cannot be used, by name."""
        self._follow()
        return MappingProxyType(dict(self._broken))

    def _follow(self) -> None:
        with self._lock:
            stamp = self._read_stamp()
            if stamp == self._stamp:
                return
            rules, broken = dict(self._shipped), {}
            for name, _, _ in stamp:
                try:
                    add_rules(self._own / name, rules, shipped=False)
                except CoopgraphError as error:
                    broken[name] = error
                    _log.warning("gap rules in %s are not used: %s", name, error.detail)
            self._rules = dict(sorted(rules.items()))
            self._broken, self._stamp = broken, stamp

    def _read_stamp(self) -> Stamp:
        found = []
        for path in sorted(self._own.glob("*.ttl")):
            try:
                state = path.stat()
                found.append((path.name, state.st_mtime_ns, state.st_size))
            except OSError:  # it leads nowhere, or went away: reading it tells what is wrong
                found.append((path.name, 0, 0))
        return tuple(found)
