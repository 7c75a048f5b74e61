"""How long the parts of a long work take."""

import time


class Clock:
    """Seconds spent on each part."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Book the time since the last lap under ``name``."""
        now = time.perf_counter()
        self._laps[name] = round(now - self._last, 2)
        self._last = now

    def laps(self, name: str) -> dict[str, float]:
        """Book the last part and return all, with their total."""
        self.lap(name)
        return {**self._laps, "total": round(sum(self._laps.values()), 2)}
