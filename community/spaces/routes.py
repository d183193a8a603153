"""The addresses of spaces."""

from community.spaces import views, workshop_views
from community.web.routing import anyone, members_only, page, post, trusted_only

routes = [
    page("/join/code", workshop_views.show_code, allow=anyone, limit="300/10minutes"),  # a whole class, behind one address
    post("/join/code", workshop_views.join, allow=anyone, limit="300/10minutes"),
    post("/join/code/enter", workshop_views.accept, allow=members_only, limit="60/10minutes"),
    page("/workshops/new", workshop_views.show_plan, allow=members_only),
    post("/workshops", workshop_views.open_one, allow=members_only, limit="20/hour"),
    page("/workshops/{id:int}", workshop_views.show_wall, allow=members_only),
    post("/workshops/{id:int}/stop", workshop_views.stop, allow=members_only),
    post("/workshops/{id:int}/approve", workshop_views.approve_all, allow=members_only),
    post("/workshops/{id:int}/guests/{member:int}/approve", workshop_views.approve_one, allow=members_only),
    page("/spaces", views.show_spaces, allow=anyone),
    page("/spaces/new", views.show_new, allow=trusted_only),
    post("/spaces", views.create, allow=trusted_only, limit="10/hour"),
    page("/spaces/{slug}", views.show_space, allow=anyone),
    page("/spaces/{slug}/edit", views.show_edit, allow=members_only),
    post("/spaces/{slug}/edit", views.edit, allow=members_only),
    post("/spaces/{slug}/end", views.end, allow=members_only),
    post("/spaces/{slug}/ask", views.ask, allow=members_only, limit="20/hour"),
    post("/spaces/{slug}/accept", views.accept, allow=members_only),
    post("/spaces/{slug}/decline", views.decline, allow=members_only),
    post("/spaces/{slug}/leave", views.leave, allow=members_only),
    post("/spaces/{slug}/invite", views.invite, allow=members_only, limit="60/hour"),
    post("/spaces/{slug}/people/{id:int}/let-in", views.let_in, allow=members_only),
    post("/spaces/{slug}/people/{id:int}/turn-away", views.turn_away, allow=members_only),
    post("/spaces/{slug}/people/{id:int}/remove", views.remove, allow=members_only),
    post("/spaces/{slug}/people/{id:int}/moderator", views.make_moderator, allow=members_only),
]
