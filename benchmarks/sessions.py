"""Thirty visitors at once on the page Mix, each moving a slider about every eight seconds.

There is no browser: each visitor is a websocket that speaks Streamlit's own messages, so
the time is the server's, from the moment the move is sent to the first changed number.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/sessions.py [DATABASE]``
"""

import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.slider import trained_sample
from engine.rng import stream
from tests.browser.driver import dashboard

SESSIONS, SECONDS, PAUSE_SECONDS = 30, 60.0, 8.0
TARGET_MS = 500.0
PAGE = "mix"
KEYS = ("sales_causal_share", "ads_cpm")
LONGEST_SECONDS = 60.0


@dataclass(kw_only=True)
class Visitor:
    """One open page; not frozen, it sees the page change."""

    socket: ClientConnection
    sliders: dict[str, Slider] = field(default_factory=dict)
    stands: dict[str, float] = field(default_factory=dict)
    numbers: dict[tuple[int, ...], str] = field(default_factory=dict)
    faults: int = 0

    async def run(self) -> float:
        """Ask for a run of the page; milliseconds until a number changed, else until its end."""
        began, changed = time.perf_counter(), None
        await self.socket.send(self._asked())
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), LONGEST_SECONDS)
            message = ForwardMsg.FromString(raw)
            if self._saw(message) and changed is None:
                changed = time.perf_counter()
            if message.WhichOneof("type") == "script_finished":
                return 1_000 * ((changed or time.perf_counter()) - began)

    def _asked(self) -> bytes:
        message = BackMsg()
        run = message.rerun_script
        run.page_name = PAGE
        moves = "".join(f"&{key}={value:g}" for key, value in self.stands.items())
        run.query_string = f"lang=en{moves}"
        for key, value in self.stands.items():
            state = run.widget_states.widgets.add(id=self.sliders[key].id)
            state.double_array_value.data.append(value)
        return message.SerializeToString()

    def _saw(self, message: ForwardMsg) -> bool:
        """Take in a message; whether it changed a number."""
        if message.WhichOneof("type") != "delta":
            return False
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        self.faults += kind == "exception"
        if kind == "slider":
            self.sliders.update({key: element.slider for key in KEYS if key in element.slider.id})
        if kind != "metric":
            return False
        place = tuple(message.metadata.delta_path)
        before = self.numbers.get(place)
        self.numbers[place] = element.metric.body
        return before is not None and before != element.metric.body


async def visit(address: str, number: int) -> tuple[list[float], int]:
    """One visitor: come, look, move for a minute; what each move took, and faults."""
    random = stream(1, "visitor", number)
    took: list[float] = []
    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:
        visitor = Visitor(socket=socket)
        await visitor.run()
        ends = time.perf_counter() + SECONDS
        await asyncio.sleep(random.uniform(0.0, PAUSE_SECONDS))
        while time.perf_counter() < ends:
            key = KEYS[len(took) % len(KEYS)]
            slider = visitor.sliders[key]
            steps = int((slider.max - slider.min) / slider.step)
            value = slider.min + slider.step * int(random.integers(1, steps))
            visitor.stands[key] = round(value, 6)
            took.append(await visitor.run())
            await asyncio.sleep(random.uniform(0.5, 1.5) * PAUSE_SECONDS)
        return took, visitor.faults


async def all_visits(address: str) -> tuple[list[float], int]:
    """Return what every move of all visitors took, and how many visits or runs failed."""
    visits = (visit(address, number) for number in range(SESSIONS))
    found = await asyncio.gather(*visits, return_exceptions=True)
    done = [one for one in found if not isinstance(one, BaseException)]
    took = [ms for moves, _ in done for ms in moves]
    return took, len(found) - len(done) + sum(faults for _, faults in done)


def measure(database: Path) -> dict[str, float]:
    """Serve a database and let the visitors in."""
    with dashboard(database) as address:
        took, errors = asyncio.run(all_visits(address))
    p50, p95 = np.percentile(took, (50, 95))
    return {
        "sessions": SESSIONS,
        "moves": len(took),
        "p50_ms": round(p50),
        "p95_ms": round(p95),
        "target_ms": TARGET_MS,
        "errors": errors,
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(trained_sample(Path(folder)))))
