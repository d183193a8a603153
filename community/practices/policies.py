"""Who may do what with a practice. Who sees an edition is decided by its audience alone."""

from community.audience import Viewer
from community.practices.models import Edition
from community.practices.workflow import READABLE, WRITABLE
from community.text.vocabularies import licences


def is_author(viewer: Viewer, edition: Edition) -> bool:
    return viewer.holds(f"practice:{edition.practice_id}")


def can_share(viewer: Viewer) -> bool:
    """Anybody signed in may write a draft; a steward looks before others read it."""
    return viewer.signed_in


def can_edit(viewer: Viewer, edition: Edition) -> bool:
    return is_author(viewer, edition) and edition.state in WRITABLE


def can_begin_edition(viewer: Viewer, current: Edition) -> bool:
    return is_author(viewer, current) and current.state in READABLE


def can_decide(viewer: Viewer, edition: Edition) -> bool:
    """A steward, and never on a text of their own."""
    return viewer.is_steward and not is_author(viewer, edition)


def can_archive(viewer: Viewer, edition: Edition) -> bool:
    return viewer.is_steward and edition.state == "published"


def allows_adaptation(licence: str) -> bool:
    """Whether the licence lets others change the work; what is paraphrased and has none is a pointer, free to build on."""
    return all(known.allows_adaptation for known in licences() if known.code == licence)


def can_adapt(viewer: Viewer, edition: Edition) -> bool:
    return viewer.signed_in and edition.state in READABLE and allows_adaptation(edition.licence)


def can_endorse(viewer: Viewer, edition: Edition) -> bool:
    return viewer.signed_in and edition.state == "published" and not is_author(viewer, edition)
