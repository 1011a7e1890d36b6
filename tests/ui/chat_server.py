"""Serves the chat over the scripted stand-in, for the browser tests: PORT PAUSE LOG."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.fake_footnote import FakeFootnote
from ui.chat import serve

if __name__ == "__main__":
    port, pause, log = sys.argv[1:]
    serve(FakeFootnote(float(pause), Path(log)), port=int(port), open_browser=False)
