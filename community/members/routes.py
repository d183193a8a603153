"""The addresses of members."""

from community.members import list_views, views
from community.web.routing import anyone, members_only, page, post

routes = [
    page("/people", list_views.show_members, allow=anyone),
    page("/people/suggest", views.suggest, allow=members_only, limit="240/minute"),
    page("/people/{handle}", views.show_profile, allow=anyone),
    page("/people/{handle}/edit", views.show_edit, allow=members_only),
    post("/people/{handle}/edit", views.save, allow=members_only),
    post("/people/{handle}/block", views.block, allow=members_only),
    post("/people/{handle}/unblock", views.unblock, allow=members_only),
]
