"""The URL table of rooms and messages."""

from community.chat import following, message_views, moderating_views, part_views, polling, room_views, views
from community.chat.policies import may_open_some
from community.chat.sockets import REACTIONS
from community.files.routes import UPLOAD_BYTES
from community.web.routing import anyone, members_only, page, post

routes = [
    page("/rooms", views.list_rooms, allow=anyone),
    page("/rooms/new", room_views.new_room, allow=may_open_some),
    post("/rooms/new", room_views.open_it, allow=may_open_some, limit="10/minute"),
    page("/rooms/{id:int}", views.show_room, allow=anyone),
    page("/rooms/{id:int}/events", polling.events, allow=members_only),
    post("/rooms/{id:int}/messages", views.send, allow=members_only, max_body=UPLOAD_BYTES),
    post("/rooms/{id:int}/follow", following.follow, allow=members_only),
    post("/rooms/{id:int}/read", views.read, allow=members_only, limit="120/minute"),
    post("/rooms/{id:int}/closed", room_views.set_closed, allow=members_only),
    page("/rooms/{id:int}/move", room_views.show_move, allow=members_only),
    post("/rooms/{id:int}/move", room_views.move, allow=members_only),
    page("/rooms/{id:int}/pins", part_views.show_pins, allow=anyone),
    page("/rooms/{id:int}/readers", part_views.show_readers, allow=members_only),
    page("/rooms/{id:int}/foot", part_views.show_foot, allow=members_only),
    post("/rooms/{id:int}/reading", part_views.set_reading, allow=members_only),
    page("/rooms/{id:int}/manage", moderating_views.show_manage, allow=members_only),
    post("/rooms/{id:int}/manage", moderating_views.manage, allow=members_only),
    post("/rooms/{id:int}/moderators", moderating_views.set_moderator, allow=members_only),
    post("/rooms/{id:int}/mutes", moderating_views.mute, allow=members_only),
    post("/messages/reactions", message_views.react, allow=members_only, limit=REACTIONS),
    page("/messages/{id:int}", message_views.go_to_message, allow=anyone),
    page("/messages/{id:int}/options", message_views.show_options, allow=anyone),
    post("/messages/{id:int}/edit", message_views.edit, allow=members_only),
    post("/messages/{id:int}/pin", message_views.pin, allow=members_only),
    post("/messages/{id:int}/card/remove", message_views.drop_card, allow=members_only),
    post("/messages/{id:int}/delete", message_views.delete, allow=members_only),
]
