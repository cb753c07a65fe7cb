"""Accounts at other services: connecting, trying and forgetting them; their credentials."""
