"""Running it: the lock that keeps two runs apart."""
