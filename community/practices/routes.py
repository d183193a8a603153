"""The URL table of the practices."""

from community.practices import desk_views, draft_views, talk_views, views
from community.web.routing import FORM_BYTES, TEXT_BYTES, WRITING_BYTES, anyone, members_only, page, post, stewards_only

WRITING = 9 * TEXT_BYTES + FORM_BYTES  # nine sections of 20,000 characters

routes = [
    page("/practices", views.show_library, allow=anyone),
    post("/practices", draft_views.begin_draft, allow=members_only, limit="60/minute", max_body=WRITING),
    page("/practices/new", draft_views.show_new, allow=members_only),
    page("/practices/mine", draft_views.show_own, allow=members_only),
    page("/practices/submitted", desk_views.show_desk, allow=stewards_only),
    page("/practices/submitted/{id:int}", desk_views.show_submission, allow=stewards_only),
    post("/practices/submitted/{id:int}", desk_views.decide_on, allow=stewards_only, max_body=WRITING_BYTES),
    page("/practices/{id:int}", views.show_practice, allow=anyone),
    page("/practices/{id:int}/editions/{number:int}", views.show_edition, allow=anyone),
    page("/practices/{id:int}/editions/{number:int}/cite.{form}", views.cite, allow=anyone),
    post("/practices/{id:int}/editions", views.next_edition, allow=members_only),
    page("/practices/{id:int}/draft", draft_views.show_draft, allow=members_only),
    post("/practices/{id:int}/draft", draft_views.keep, allow=members_only, limit="120/minute", max_body=WRITING),
    post("/practices/{id:int}/withdraw", draft_views.take_back, allow=members_only),
    page("/practices/{id:int}/adapt", views.show_adapt, allow=members_only),
    post("/practices/{id:int}/adapt", views.begin_adaptation, allow=members_only, limit="20/minute"),
    post("/practices/{id:int}/answer", views.answer_lead, allow=members_only, limit="20/minute"),
    post("/practices/{id:int}/endorse", views.say_i_use_this, allow=members_only, limit="30/minute"),
    post("/practices/{id:int}/endorse/remove", views.no_longer, allow=members_only, limit="30/minute"),
    page("/practices/{id:int}/discuss", talk_views.show_discuss, allow=members_only),
    post("/practices/{id:int}/discuss", talk_views.begin_discussion, allow=members_only, limit="10/minute", max_body=WRITING_BYTES),
    post("/practices/{id:int}/archive", views.put_away, allow=stewards_only),
]
