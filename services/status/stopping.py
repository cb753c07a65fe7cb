"""Whether the web server of this process has been told to stop: a file that its name leads to.

The server's main process makes it; the workers, which are its children, look for it.
"""

import tempfile
from pathlib import Path


def announce(server: int) -> None:
    _file(server).touch()


def is_announced(server: int) -> bool:
    return _file(server).exists()


def forget(server: int) -> None:
    _file(server).unlink(missing_ok=True)


def _file(server: int) -> Path:
    return Path(tempfile.gettempdir()) / f"roseram-web-{server}-stops"
