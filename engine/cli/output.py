"""What a command prints: one JSON object or a summary, and progress for a terminal."""

import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from engine.progress import Progress, silent
from engine.reporting.text import t

BAR_WIDTH = 30

Summary = Callable[[Mapping[str, Any], str], str]


def locale() -> str:
    """Return the language of the terminal: Chinese when its environment says so."""
    words = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if words.startswith("zh") else "en"


def show(payload: Mapping[str, Any], *, as_json: bool, summary: Summary) -> None:
    """Print a payload: one JSON object and nothing else, or its summary."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False) if as_json else None
    click.echo(summary(payload, locale()) if text is None else text)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: no arrays, dates as text, NaN and infinity as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [plain(inner) for inner in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def terminal_progress() -> Progress:
    """Return a progress that draws one line on a terminal, else says nothing."""
    return _draw if sys.stderr.isatty() else silent


def _draw(fraction: float, step: str) -> None:
    done = round(BAR_WIDTH * min(max(fraction, 0.0), 1.0))
    bar = "█" * done + "·" * (BAR_WIDTH - done)
    words = t(f"steps.{step}", locale())
    end = "\n" if fraction >= 1.0 else ""
    click.echo(f"\r\x1b[K{bar} {fraction:4.0%} {words}{end}", err=True, nl=False)
