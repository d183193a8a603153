"""Cards for links to elsewhere: what a page says of itself, fetched once by the server through one guarded fetcher."""
