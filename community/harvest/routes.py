"""The URL table of harvests."""

from community.harvest import views
from community.web.routing import WRITING_BYTES, members_only, page, post, trusted_only

routes = [
    page("/rooms/{id:int}/harvest", views.pick, allow=trusted_only),
    post("/rooms/{id:int}/harvest", views.make, allow=trusted_only, limit="30/hour", max_body=WRITING_BYTES),
    page("/harvests", views.show_all, allow=members_only),
    page("/harvests/{id:int}", views.show, allow=members_only),
    post("/harvests/{id:int}/answer", views.say, allow=members_only),
]
