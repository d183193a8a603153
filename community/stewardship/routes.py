"""For stewards alone."""

from community.stewardship.views import forget, retry, show_dead_letters, show_list
from community.web.routing import members_only, page, post, stewards_only

routes = [
    page("/stewardship", show_list, allow=members_only),
    page("/stewardship/dead-letters", show_dead_letters, allow=stewards_only),
    post("/stewardship/dead-letters/{id:int}/retry", retry, allow=stewards_only),
    post("/stewardship/dead-letters/{id:int}/forget", forget, allow=stewards_only),
]
