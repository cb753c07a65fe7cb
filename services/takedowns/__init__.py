"""Sites that harm others: reports by strangers, and an operator who takes a site down."""
