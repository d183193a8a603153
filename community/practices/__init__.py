"""Practices that worked: written, looked at by a steward, published, adapted elsewhere."""
