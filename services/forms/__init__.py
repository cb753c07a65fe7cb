"""Forms of published sites: what visitors send, and who is told of it."""
