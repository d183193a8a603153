"""The addresses of mail."""

from community.mail.views import show_outbox
from community.web.routing import anyone, page

routes = [page("/outbox", show_outbox, allow=anyone)]
