"""Systems over the API: HTTP in, one call, JSON out."""
