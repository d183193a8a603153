"""What runs later: letters are written as they leave, digests on a morning."""

from community.notifications import digests, letters

__all__ = ["digests", "letters"]
