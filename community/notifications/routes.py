"""What waits is shown on the home page; here it is dealt with."""

from community.notifications.views import finish_everything, finish_one
from community.web.routing import members_only, post

routes = [
    post("/waiting/{id:int}/done", finish_one, allow=members_only),
    post("/waiting/done", finish_everything, allow=members_only),
]
