"""The addresses of discovery."""

from community.discovery import home_views, search_views
from community.web.routing import anyone, page

routes = [
    page("/", home_views.show_home, allow=anyone),
    page("/search", search_views.show_search, allow=anyone, limit="240/minute"),
    page("/search/overlay", search_views.show_overlay, allow=anyone),
    page("/search/typed", search_views.show_typed, allow=anyone, limit="600/minute"),  # one for each pause while typing
]
