"""The addresses of events."""

from community.events import edit_views, views
from community.events.policies import can_plan
from community.web.routing import WRITING_BYTES, anyone, members_only, page, post

routes = [
    page("/events", views.show_events, allow=anyone),
    page("/events/new", edit_views.show_new, allow=can_plan),
    post("/events/new", edit_views.post_new, allow=can_plan, limit="30/minute", max_body=WRITING_BYTES),
    page("/events/{slug}.ics", views.send_calendar, allow=anyone, limit="30/minute"),
    page("/events/{slug}", views.show_event, allow=anyone),
    page("/events/{slug}/edit", edit_views.show_edit, allow=can_plan),
    post("/events/{slug}/edit", edit_views.post_edit, allow=can_plan, max_body=WRITING_BYTES),
    post("/events/{slug}/cancel", edit_views.post_cancel, allow=can_plan),
    post("/events/{slug}/rooms", views.post_room, allow=can_plan, limit="20/minute"),
    post("/events/{slug}/register", views.post_register, allow=members_only, limit="20/minute"),
    post("/events/{slug}/leave", views.post_leave, allow=members_only),
]
