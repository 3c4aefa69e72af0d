"""Shows what was measured: on the terminal, as Markdown, and as one HTML page."""
