"""Who may do what with files. Who sees one is decided by its audience alone."""

from community.audience import Viewer


def can_upload(viewer: Viewer) -> bool:
    return viewer.signed_in
