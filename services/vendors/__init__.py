"""The deploy hosts' APIs as their owners describe them: one module each, over one client."""
