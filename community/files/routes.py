"""The addresses of files."""

from community.files import views
from community.web.routing import anyone, members_only, page, post

UPLOAD_BYTES = 11 * 1024 * 1024  # a file of 10 MB and the form around it

routes = [
    page("/files", views.show_files, allow=members_only),
    post("/files", views.upload, allow=members_only, limit="30/minute", max_body=UPLOAD_BYTES),
    post("/files/{id:int}/remove", views.remove, allow=members_only),
    page("/files/{id:int}/{name}", views.send_file, allow=anyone),
]
