"""The privileged services: whatever needs a secret or must not be forged.

Direction, kept by tests/unit/test_structure.py:
``app -> services/*/routes -> services/* -> {supabase, egress, config, errors}``.
"""
