"""The URL table of the discussions."""

from community.discussions import draft_views, feed, list_views, manage_views, reply_views, thread_views
from community.web.routing import WRITING_BYTES, anyone, members_only, page, post

routes = [
    page("/discussions", list_views.show_list, allow=anyone),
    page("/discussions/feed", feed.show_feed, allow=anyone),
    page("/discussions/new", list_views.show_new, allow=members_only),
    post("/discussions/new", list_views.start, allow=members_only, limit="10/minute", max_body=WRITING_BYTES),
    post("/discussions/read", list_views.read_all, allow=members_only),
    post("/discussions/follow", list_views.follow_place, allow=members_only),
    page("/threads/{id:int}", thread_views.show_thread, allow=anyone),
    post("/threads/{id:int}/replies", thread_views.reply, allow=members_only, limit="30/minute", max_body=WRITING_BYTES),
    post("/threads/{id:int}/reactions", thread_views.react, allow=members_only),
    post("/threads/{id:int}/follow", thread_views.follow, allow=members_only),
    post("/threads/{id:int}/read", thread_views.read, allow=members_only, limit="240/minute"),
    page("/threads/{id:int}/edit", manage_views.show_edit, allow=members_only),
    post("/threads/{id:int}/edit", manage_views.edit, allow=members_only),
    page("/threads/{id:int}/manage", manage_views.show_manage, allow=members_only),
    post("/threads/{id:int}/manage", manage_views.manage, allow=members_only),
    page("/replies/{id:int}", reply_views.find, allow=anyone),
    page("/replies/{id:int}/edit", reply_views.show_edit, allow=members_only),
    post("/replies/{id:int}/card/remove", reply_views.drop_card, allow=members_only),
    post("/replies/{id:int}/edit", reply_views.edit, allow=members_only, limit="30/minute", max_body=WRITING_BYTES),
    page("/replies/{id:int}/history", reply_views.show_history, allow=anyone),
    page("/replies/{id:int}/delete", reply_views.show_delete, allow=members_only),
    post("/replies/{id:int}/delete", reply_views.delete, allow=members_only),
    post("/replies/{id:int}/accept", reply_views.accept, allow=members_only),
    post("/held/{id:int}/withdraw", draft_views.take_back, allow=members_only),
]
