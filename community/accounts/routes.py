"""The addresses of accounts."""

from community.accounts import account_views, applying_views, device_views, passkey_views, second_step_views, views, ways_views
from community.web.routing import anyone, members_only, page, post

routes = [
    page("/signin", views.show_sign_in, allow=anyone),
    post("/signin", views.sign_in, allow=anyone, limit="60/15minutes"),  # a classroom behind one address is a normal case
    page("/signin/code", second_step_views.show_code, allow=anyone),
    post("/signin/code", second_step_views.take_code, allow=anyone, limit="60/15minutes"),
    post("/signin/passkey/begin", passkey_views.begin_signing_in, allow=anyone, limit="60/15minutes"),
    post("/signin/passkey", passkey_views.sign_in, allow=anyone, limit="60/15minutes"),
    post("/signout", views.sign_out, allow=anyone),
    page("/confirm", views.show_confirm, allow=anyone, limit="60/minute"),
    post("/confirm", views.confirm, allow=anyone, limit="120/15minutes"),
    post("/confirm/again", views.confirm_again, allow=anyone, limit="20/hour"),
    page("/forgotten", views.show_forgotten, allow=anyone),
    post("/forgotten", views.forgotten, allow=anyone, limit="20/hour"),
    page("/reset", views.show_reset, allow=anyone, limit="60/minute"),
    post("/reset", views.reset, allow=anyone, limit="30/15minutes"),
    page("/application", applying_views.show_question, allow=anyone, limit="60/minute"),
    post("/application", applying_views.answer, allow=anyone, limit="30/15minutes"),
    page("/account", account_views.show_account, allow=members_only),
    page("/account/device", device_views.show_device, allow=members_only),
    post("/account/choices", account_views.save_choices, allow=members_only),
    post("/account/pass-phrase", account_views.change_pass_phrase, allow=members_only, limit="10/15minutes"),
    post("/account/sessions/end-others", account_views.end_other_sessions, allow=members_only),
    post("/account/sessions/{id:int}/end", account_views.end_session, allow=members_only),
    post("/account/proof", ways_views.prove, allow=members_only, limit="10/15minutes"),
    page("/account/authenticator", ways_views.show_app, allow=members_only),
    post("/account/authenticator", ways_views.prepare_app, allow=members_only),
    post("/account/authenticator/confirm", ways_views.turn_on_app, allow=members_only, limit="10/15minutes"),
    post("/account/authenticator/off", ways_views.turn_off_app, allow=members_only, limit="10/15minutes"),
    post("/account/recovery-codes", ways_views.renew_codes, allow=members_only),
    post("/account/passkeys/begin", passkey_views.begin_adding, allow=members_only, limit="30/15minutes"),
    post("/account/passkeys", passkey_views.add, allow=members_only, limit="30/15minutes"),
    post("/account/passkeys/{id:int}/remove", passkey_views.remove, allow=members_only),
    post("/account/blocked/{id:int}/end", account_views.unblock, allow=members_only),
]
