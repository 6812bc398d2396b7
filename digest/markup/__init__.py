"""HTML, Markdown, addresses and identifiers: text in, text out, nothing fetched."""
