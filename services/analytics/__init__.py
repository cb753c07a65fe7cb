"""Visits of published sites: the beacon, the tracker that sends it, and links to the numbers."""
