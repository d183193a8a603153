"""What other pages show of discussions: a space its newest threads, a member's page where they wrote."""

from community.audience import Viewer, visible_sql
from community.discussions.thread_list import Filters, threads_for
from community.members import sections as profiles
from community.members.sections import Entry, Section
from community.spaces import sections as spaces
from community.storage import rows
from community.text.gettext import _, ngettext
from community.web.paging import Cursor

MOST = 8


@spaces.provides("threads", order=20)
async def threads_of_space(viewer: Viewer, space_id: int) -> Section:
    code = f"space-{space_id}"
    found = (await threads_for(viewer, Filters(place=code), Cursor(), MOST)).items
    entries = tuple(
        Entry(
            one.title, one.url, (ngettext("%(num)d reply", "%(num)d replies", one.replies) % {"num": one.replies},),
            one.last_at, one.lang, one.unread,
        )
        for one in found
    )  # fmt: skip
    return Section(
        "threads", _("Discussions"), entries, more=(_("All discussions"), f"/discussions?theme={code}") if found else None,
        act=(_("Start a discussion"), f"/discussions/new?theme={code}"), empty=_("Nobody has begun a discussion here yet."),
    )  # fmt: skip


_WRITTEN = """
    SELECT t.id, t.title, t.lang, MAX(r.id) AS newest, MAX(r.created_at) AS written_at
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id
    WHERE r.author_id = :member AND r.state = 'posted' AND {seen}
    GROUP BY t.id, t.title, t.lang ORDER BY newest DESC LIMIT :most
"""


@profiles.provides("threads", order=20)
async def written_by(viewer: Viewer, member_id: int) -> Section | None:
    """Where a member wrote last, of what the reader may see."""
    seen, keys = visible_sql(viewer, "t.audience")
    found = await rows(_WRITTEN.format(seen=seen), member=member_id, most=MOST, **keys)
    if not found:
        return None
    entries = tuple(Entry(row["title"], f"/replies/{row['newest']}", (), row["written_at"], row["lang"]) for row in found)
    return Section("threads", _("In discussions"), entries)
