"""The command that starts the dashboard."""

import os
import sys
from pathlib import Path

import click

from engine.reporting import summary

from .options import common
from .output import show

ROOT = Path(__file__).parents[2]
ADDRESS = "127.0.0.1"


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@common
def serve_command(database: Path, as_json: bool, port: int) -> None:
    """Start the dashboard on this machine."""
    payload = {"url": f"http://{ADDRESS}:{port}", "db": str(database.resolve())}
    show(payload, as_json=as_json, summary=summary.of_serving)
    sys.stdout.flush()
    # Streamlit reads .streamlit/ and static/ from the working directory
    environment = {**os.environ, "REVLENS_DB": payload["db"]}
    command = [sys.executable, "-m", "pages._shared.server", "run", "dashboard.py"]
    options = ["--server.port", str(port), "--server.headless", "true"]
    os.chdir(ROOT)
    # replaces this process, so that Ctrl-C and signals reach the server itself
    os.execve(command[0], [*command, *options], environment)
