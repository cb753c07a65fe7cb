"""Plans, payments through Stripe, and the mails about both."""
