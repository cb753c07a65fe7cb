"""The HTML shells. They hold no data: the browser fetches it with the person's own session."""
