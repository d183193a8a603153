"""The addresses of institutions, and the way in."""

from community.institutions import domain_views, joining_views, list_views, many_views, views
from community.web.routing import WRITING_BYTES, anyone, members_only, page, post, stewards_only

routes = [
    page("/join", joining_views.show_join, allow=anyone, limit="120/minute"),
    post("/join", joining_views.join, allow=anyone, limit="150/hour"),  # a classroom joins together, behind one address
    page("/join/sent", joining_views.show_sent, allow=anyone),
    post("/join/accept", joining_views.accept, allow=members_only),
    page("/institutions", list_views.show_institutions, allow=anyone),
    page("/institutions/new", views.show_new, allow=stewards_only),
    post("/institutions", views.create, allow=stewards_only),
    page("/institutions/{slug}", views.show_institution, allow=anyone),
    page("/institutions/{slug}/edit", views.show_edit, allow=members_only),
    post("/institutions/{slug}/edit", views.edit, allow=members_only, max_body=WRITING_BYTES),
    post("/institutions/{slug}/confirm-current", views.confirm_current, allow=members_only),
    post("/institutions/{slug}/verify", views.verify, allow=stewards_only),
    post("/institutions/{slug}/invites", views.invite, allow=members_only, limit="20/hour"),
    post("/institutions/{slug}/invites/{id:int}/withdraw", views.withdraw, allow=members_only),
    page("/institutions/{slug}/lists/new", many_views.show_new, allow=members_only),
    post("/institutions/{slug}/lists", many_views.check, allow=members_only, limit="20/hour", max_body=many_views.MOST_SENT),
    page("/institutions/{slug}/lists/{id:int}", many_views.show_list, allow=members_only),
    post("/institutions/{slug}/lists/{id:int}/send", many_views.send, allow=members_only),
    post("/institutions/{slug}/domains", domain_views.ask, allow=members_only, limit="20/hour"),
    post("/institutions/{slug}/domains/{id:int}/drop", domain_views.drop, allow=members_only),
    post("/institutions/{slug}/claim", views.claim, allow=members_only, limit="10/hour"),
    post("/institutions/{slug}/people/{id:int}/vouch", views.vouch, allow=members_only),
    post("/institutions/{slug}/people/{id:int}/end", views.end, allow=members_only),
    post("/institutions/{slug}/coordinators", views.appoint, allow=members_only),
    post("/institutions/{slug}/successor", views.name_successor, allow=members_only),
]
