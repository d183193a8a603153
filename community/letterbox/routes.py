"""The address of mail that comes in."""

from community.letterbox.reading import MAX_BYTES
from community.letterbox.views import take_mail
from community.web.routing import anyone, post

# The token in the request decides; nobody's cookie counts.
routes = [post("/mail/in", take_mail, allow=anyone, limit="600/minute", max_body=MAX_BYTES, from_anywhere=True)]
