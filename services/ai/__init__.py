"""The AI: prompts out, checked proposals in, and what they cost."""
