"""What the build refuses, in a sentence for the person who publishes."""

from __future__ import annotations


class BuildError(ValueError):
    """This site cannot be published as it is; the message says which part and why."""
