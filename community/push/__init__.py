"""Notices that reach a device whose browser shows no page of ours (RFC 8030, 8291, 8292)."""
