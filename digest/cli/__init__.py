"""The command line: arguments, exit codes, progress; only it reads the clock and the environment."""
