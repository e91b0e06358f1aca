"""Pages: rendering, headers, static files, languages."""
