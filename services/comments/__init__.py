"""Comments on pages: mailing those whom one calls. All else goes straight to Supabase."""
