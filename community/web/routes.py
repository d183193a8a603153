"""What belongs to no slice."""

from community.web import openapi, pages, static_files, styleguide
from community.web.machines import alive, metrics, ready
from community.web.routing import anyone, page, post

routes = [
    *static_files.routes,
    *openapi.routes,
    *styleguide.routes,
    page("/healthz", alive, allow=anyone),
    page("/readyz", ready, allow=anyone),
    page("/metrics", metrics, allow=anyone),
    page("/house-rules", pages.words("house-rules"), allow=anyone),
    page("/help", pages.words("help"), allow=anyone),
    page("/accessibility", pages.words("accessibility"), allow=anyone),
    post("/language/{tag}", pages.choose_language, allow=anyone),
    post("/theme/{theme}", pages.choose_theme, allow=anyone),
    post("/low-data", pages.choose_low_data, allow=anyone),
]
