"""How long work reports what it does without knowing who watches."""

from typing import Protocol


class Progress(Protocol):
    """Called with a fraction in [0, 1] and the text key of the present step."""

    def __call__(self, fraction: float, step: str) -> None:
        """Report; may raise to stop the work."""


def silent(fraction: float, step: str) -> None:
    """Report to nobody."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """Return a progress that maps its own [0, 1] to ``[low, high]`` of another."""

    def report(fraction: float, step: str) -> None:
        progress(low + (high - low) * fraction, step)

    return report
