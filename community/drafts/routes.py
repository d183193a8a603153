"""The URL table of drafts."""

from community.drafts import views
from community.drafts.filling import MOST_BYTES
from community.web.routing import members_only, page, post

KEPT_BYTES = 3 * MOST_BYTES  # as a browser encodes it

routes = [
    page("/drafts", views.show_drafts, allow=members_only),
    page("/drafts/kept", views.show_kept, allow=members_only),
    post("/drafts", views.keep, allow=members_only, limit="120/minute", max_body=KEPT_BYTES),
    post("/drafts/{id:int}/delete", views.throw_away, allow=members_only),
]
