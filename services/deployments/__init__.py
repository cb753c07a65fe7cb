"""Publishing: the row is the job, the build is pure, a host is a few verbs, one version is live."""
