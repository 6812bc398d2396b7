"""The sample web, its loopback server, and the week that `digest demo` shows on it."""
