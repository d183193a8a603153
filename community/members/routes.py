"""The addresses of members."""

from community.members import departing_views, list_views, views
from community.web.routing import WRITING_BYTES, anyone, members_only, page, post, stewards_only

routes = [
    page("/people", list_views.show_members, allow=anyone),
    page("/people/suggest", views.suggest, allow=members_only, limit="240/minute"),
    page("/people/suspended", views.show_suspended, allow=stewards_only),
    post("/people/suspended/{id:int}/reinstate", views.reinstate, allow=stewards_only),
    page("/people/{handle}", views.show_profile, allow=anyone),
    page("/people/{handle}/edit", views.show_edit, allow=members_only),
    post("/people/{handle}/edit", views.save, allow=members_only, max_body=WRITING_BYTES),
    post("/people/{handle}/block", views.block, allow=members_only),
    post("/people/{handle}/unblock", views.unblock, allow=members_only),
    post("/people/{handle}/trust", views.trust, allow=stewards_only),
    post("/people/{handle}/distrust", views.distrust, allow=stewards_only),
    page("/people/{handle}/delete", departing_views.show_deletion, allow=stewards_only),
    post("/people/{handle}/delete", departing_views.delete, allow=stewards_only, limit="10/15minutes"),
    post("/people/{handle}/suspend", views.suspend, allow=stewards_only),
]
