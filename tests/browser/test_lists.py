"""From a log to a file of lists, in a real browser."""

import csv
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from engine.columns import Lists
from engine.reporting.text import t
