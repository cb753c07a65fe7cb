"""Answering visitors of published sites: from an address to the bytes of one live version."""
