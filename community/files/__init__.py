"""Uploads, pictures and /files/."""
