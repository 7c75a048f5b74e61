"""An upload that is too large or ends half-way never becomes a file to import."""

import asyncio
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from streamlit import config
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette import starlette_routes

SETTINGS = Path(__file__).parents[2] / ".streamlit" / "config.toml"
MEGABYTE = 1024 * 1024
START = b'--cut\r\nContent-Disposition: form-data; name="f"; filename="e.csv"\r\n\r\n'
END = b"\r\n--cut--\r\n"


@pytest.fixture
def upload(monkeypatch):
    """Send body parts to the server's upload route: status, kept files, parts it asked for."""
    monkeypatch.setattr(starlette_routes, "is_xsrf_enabled", lambda: False)
    limit = tomllib.loads(SETTINGS.read_text())["server"]["maxUploadSize"]
    files = MemoryUploadedFileManager("/upload")
    runtime = SimpleNamespace(is_active_session=lambda _: True)
    app = Starlette(routes=starlette_routes.create_upload_routes(runtime, files, None))

    def send(parts, *, megabytes=limit, length=None, is_ended=None):
        monkeypatch.setattr(config, "get_option", _settings(megabytes))
        ended = parts[-1].endswith(END) if is_ended is None else is_ended
        status, asked = asyncio.run(_put(app, parts, length, is_ended=ended))
        return status, [file.data for file in files.get_files("s", ["f"])], asked

    return send


def _settings(megabytes):
    known = config.get_option
    return lambda name: megabytes if name == "server.maxUploadSize" else known(name)


async def _put(app, parts, length, *, is_ended):
    """Status of a PUT of ``parts``, after which its sender leaves, and how many were taken."""
    headers = [(b"content-type", b"multipart/form-data; boundary=cut")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    path = "/_stcore/upload_file/s/f"
    scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "query_string": b""}
    pending = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    pending[-1]["more_body"] = not is_ended
    statuses = []

    async def receive():
        return pending.pop(0) if pending else {"type": "http.disconnect"}

    async def send(message):
        statuses.append(message.get("status"))

    try:
        await app(scope, receive, send)
    except ClientDisconnect:
        return None, len(parts) - len(pending)
    return statuses[0], len(parts) - len(pending)


def test_a_whole_upload_is_kept(upload):
    assert upload([START + b"user_id\n", b"u\n" + END])[:2] == (204, [b"user_id\nu\n"])


def test_an_upload_over_the_limit_is_refused_unread(upload):
    limit = tomllib.loads(SETTINGS.read_text())["server"]["maxUploadSize"]
    assert upload([START, END], length=limit * MEGABYTE + 1) == (413, [], 0)


def test_an_upload_that_hides_its_length_is_refused_at_the_limit(upload):
    parts = [START, *[b"x" * MEGABYTE] * 9, END]
    status, kept, asked = upload(parts, megabytes=1)
    assert (status, kept) == (413, [])
    assert asked < len(parts)


def test_an_upload_cut_half_way_leaves_no_file(upload):
    assert upload([START + b"user_id\n", b"u"])[1] == []


def test_a_body_without_its_closing_mark_is_refused(upload):
    assert upload([START + b"user_id\nu"], is_ended=True)[:2] == (400, [])
