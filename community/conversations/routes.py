"""The addresses of conversations. What is said in one stands at its room's."""

from community.conversations import views
from community.conversations.policies import can_begin
from community.web.routing import members_only, page, post

routes = [
    page("/conversations/new", views.show_new, allow=can_begin),
    post("/conversations", views.begin, allow=can_begin, limit="30/hour"),
    page("/conversations/requests/{id:int}", views.show_request, allow=members_only),
    post("/conversations/requests/{id:int}/accept", views.accept, allow=members_only),
    post("/conversations/requests/{id:int}/decline", views.decline, allow=members_only),
    post("/conversations/requests/{id:int}/block", views.block, allow=members_only),
    page("/conversations/{id:int}", views.show_people, allow=members_only),
    post("/conversations/{id:int}/people", views.add, allow=members_only, limit="30/hour"),
    post("/conversations/{id:int}/people/{member:int}/remove", views.remove, allow=members_only),
    post("/conversations/{id:int}/name", views.rename, allow=members_only),
    post("/conversations/{id:int}/leave", views.leave, allow=members_only),
]
