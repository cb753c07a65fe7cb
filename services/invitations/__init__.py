"""Asking people to join an organization, by mail and with a one-time link."""
