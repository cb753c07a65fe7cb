"""Run another script with the settings that `make run` would use: the environment, then .env."""

from __future__ import annotations

import os
import sys

from local import Complaint, local_environment


def main() -> None:
    try:
        env = local_environment(os.environ)
    except Complaint as complaint:
        sys.exit(f"make: {complaint}")
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], env)  # noqa: S606


if __name__ == "__main__":
    main()
