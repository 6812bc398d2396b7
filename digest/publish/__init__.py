"""Issues into pages, feeds and files on disk: static, the same bytes for the same issues."""
