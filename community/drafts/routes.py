"""The URL table of drafts."""

from community.drafts import views
from community.web.routing import members_only, page, post

FORM_BYTES = 200 * 1024  # 64 KB as a browser encodes it, in any script

routes = [
    page("/drafts", views.show_drafts, allow=members_only),
    page("/drafts/kept", views.show_kept, allow=members_only),
    post("/drafts", views.keep, allow=members_only, limit="120/minute", max_body=FORM_BYTES),
    post("/drafts/{id:int}/delete", views.throw_away, allow=members_only),
]
