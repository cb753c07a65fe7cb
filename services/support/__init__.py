"""Support access: somebody of the operator's looks into an organization, as its owners know."""
