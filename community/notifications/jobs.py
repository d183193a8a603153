"""What runs later: letters and pushes are written as they leave, digests on a morning."""

from community.notifications import digests, letters, pushing

__all__ = ["digests", "letters", "pushing"]
