"""The URL table of pushes. The settings stand with those of the other ways (/account/notices)."""

from community.push import views
from community.web.routing import anyone, members_only, page, post

routes = [
    page("/push.js", views.send_worker, allow=anyone),
    post("/account/push", views.add_device, allow=members_only, limit="10/minute"),
    post("/account/push/{id:int}/remove", views.drop_device, allow=members_only),
]
