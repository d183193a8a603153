"""Where threads and posts stand, and what their kinds are called."""

from community.text.gettext import _

POSTS_A_PAGE = 25


def kind_name(kind: str) -> str:
    question = _("Question: one reply can be its answer")
    return {"discussion": _("Discussion"), "question": question, "announcement": _("Announcement")}[kind]


def thread_url(thread_id: int, first_new: int | None) -> str:
    """Where to go on reading: the first post that is new to who has been there, or the top."""
    return place_url(thread_id, first_new).partition("#")[0] + "#new" if first_new else f"/threads/{thread_id}"


def place_url(thread_id: int, number: int) -> str:
    """Where a post stands."""
    page = (number - 1) // POSTS_A_PAGE + 1
    return f"/threads/{thread_id}" + (f"?page={page}" if page > 1 else "") + f"#p{number}"
