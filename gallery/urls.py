"""The addresses of the gallery's pages."""

from __future__ import annotations

from django.urls import path

from gallery.views import account, media

app_name = "gallery"

urlpatterns = [
    # Pictures
    path("photos/<int:photo_id>/original", media.original, name="original"),
    path("photos/<int:photo_id>/<slug:size>", media.media, name="media"),
    # Accounts
    path("welcome/", account.first_account, name="first-account"),
    path("sign-in/", account.sign_in, name="login"),
    path("sign-out/", account.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/home-zone/", account.set_home_zone, name="home-zone"),
    path("account/password/", account.change_password, name="change-password"),
    path("account/tokens/", account.make_token, name="make-token"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="revoke-token"),
]
