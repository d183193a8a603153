"""Where threads and posts stand, and what their kinds are called."""

from community.text.gettext import _

POSTS_A_PAGE = 25


def kind_name(kind: str) -> str:
    question = _("Question: one reply can be its answer")
    return {"discussion": _("Discussion"), "question": question, "announcement": _("Announcement")}[kind]


def thread_url(thread_id: int, read_to: int, last_number: int) -> str:
    """Where to go on reading: the first post not yet read, or the top."""
    if read_to and read_to < last_number:
        return place_url(thread_id, read_to + 1).partition("#")[0] + "#new"
    return f"/threads/{thread_id}"


def place_url(thread_id: int, number: int) -> str:
    """Where a post stands."""
    page = (number - 1) // POSTS_A_PAGE + 1
    return f"/threads/{thread_id}" + (f"?page={page}" if page > 1 else "") + f"#p{number}"
