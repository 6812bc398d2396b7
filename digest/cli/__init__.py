"""The command line: arguments, exit codes, progress. Only it reads clock and environment."""
