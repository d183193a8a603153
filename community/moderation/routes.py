"""The URL table of the moderation."""

from community.discussions.policies import is_moderator
from community.moderation import orphans, report_views, sources, views
from community.web.routing import members_only, page, post, stewards_only

assert orphans  # registers what waits, as does
assert sources

routes = [
    page("/replies/{id:int}/flag", report_views.show_post, allow=members_only),
    post("/replies/{id:int}/flag", report_views.report_post, allow=members_only, limit="10/minute"),
    page("/messages/{id:int}/flag", report_views.show_message, allow=members_only),
    post("/messages/{id:int}/flag", report_views.report_message, allow=members_only, limit="10/minute"),
    page("/stewardship/queue", views.show_queue, allow=is_moderator),
    post("/stewardship/queue/claim", views.claim_one, allow=is_moderator),
    post("/stewardship/queue/release", views.release_one, allow=is_moderator),
    post("/stewardship/queue/held/{id:int}", views.decide_held, allow=is_moderator),
    post("/stewardship/queue/flags/{id:int}", views.decide_on_flag, allow=is_moderator),
    post("/stewardship/queue/applicants/{id:int}", views.decide_on_applicant, allow=stewards_only),
    post("/stewardship/queue/domains/{id:int}", views.decide_on_domain, allow=stewards_only),
    page("/moderation/replies/{id:int}", views.show_reply, allow=is_moderator),
    post("/moderation/replies/{id:int}", views.rule_reply, allow=is_moderator),
    page("/moderation/threads/{id:int}", views.show_thread, allow=is_moderator),
    post("/moderation/threads/{id:int}", views.rule_thread, allow=is_moderator),
    page("/moderation/decisions/{id:int}", views.show_decision, allow=members_only),
]
