"""The command line: arguments, exit codes, progress; the only reader of the clock and the environment."""
