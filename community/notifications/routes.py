"""What waits is shown on the home page; here it is dealt with, and here one chooses what one is told."""

from community.notifications import choosing_views
from community.notifications.views import finish_everything, finish_one
from community.web.routing import anyone, members_only, page, post

routes = [
    post("/waiting/{id:int}/done", finish_one, allow=members_only),
    post("/waiting/done", finish_everything, allow=members_only),
    page("/account/notices", choosing_views.show_notices, allow=members_only),
    post("/account/notices", choosing_views.save_notices, allow=members_only),
    page("/unsubscribe/{token}", choosing_views.show_stop, allow=anyone, limit="60/minute"),
    # Large mail services press the button for all their readers from a few addresses.
    post("/unsubscribe/{token}", choosing_views.stop, allow=anyone, limit="600/minute", from_anywhere=True),
]
