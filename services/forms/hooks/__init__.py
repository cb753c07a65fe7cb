"""Webhooks: addresses that are called with what visitors send."""
