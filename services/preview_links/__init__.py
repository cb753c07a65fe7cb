"""Links that show one preview to somebody without an account: sealed, short, revocable."""
