"""The exchange's addresses."""

from community.exchange import browse_views, inquiry_views, listing_views
from community.exchange.policies import coordinates_any
from community.web.routing import WRITING_BYTES, anyone, members_only, page, post, stewards_only

COORDINATORS_VERBS = ("publish", "pause", "reopen", "fill", "withdraw")
STEWARDS_VERBS = ("remove", "restore")

routes = [
    page("/exchange", browse_views.show_exchange, allow=anyone),
    page("/exchange/yours", browse_views.show_yours, allow=coordinates_any),
    page("/exchange/new", listing_views.show_new, allow=coordinates_any),
    post("/exchange/new", listing_views.post_new, allow=coordinates_any, limit="30/minute", max_body=WRITING_BYTES),
    page("/listings/{ref}", listing_views.show_listing, allow=anyone),
    page("/listings/{ref}/edit", listing_views.show_edit, allow=coordinates_any),
    post("/listings/{ref}/edit", listing_views.post_edit, allow=coordinates_any, max_body=WRITING_BYTES),
    *(post(f"/listings/{{ref}}/{verb}", listing_views.post_verb(verb), allow=coordinates_any) for verb in COORDINATORS_VERBS),
    *(post(f"/listings/{{ref}}/{verb}", listing_views.post_verb(verb), allow=stewards_only) for verb in STEWARDS_VERBS),
    post("/listings/{ref}/inquiries", inquiry_views.post_inquiry, allow=members_only, limit="10/minute", max_body=WRITING_BYTES),
    page("/inquiries/{id:int}", inquiry_views.show_inquiry, allow=members_only),
    post("/inquiries/{id:int}/messages", inquiry_views.post_message, allow=members_only, limit="20/minute", max_body=WRITING_BYTES),
    post("/inquiries/{id:int}/agree", inquiry_views.post_agree, allow=members_only),
    post("/inquiries/{id:int}/decline", inquiry_views.post_decline, allow=members_only),
    post("/inquiries/{id:int}/withdraw", inquiry_views.post_withdraw, allow=members_only),
    post("/rings/{id:int}/answer", inquiry_views.post_ring, allow=coordinates_any),
]
