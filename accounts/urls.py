"""One's own account, and signing in and out: allauth's views at Vietnamese addresses, without sign-up."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("", views.profile, name="profile"),
    path("ma-api/tao/", views.token_replace, name="token_replace"),
    path("ma-api/bo/", views.token_revoke, name="token_revoke"),
    path("ngon-ngu/", views.language_choose, name="language_choose"),
    path("kich-hoat/", views.activation_begin, name="activation_begin"),
    path("kich-hoat/mat-khau/", views.activation_finish, name="activation_finish"),
    path("xac-nhan-thu/<str:token>/", views.address_confirm, name="address_confirm"),
    path("thu/", views.mail_list, name="mail_list"),
    path("dang-nhap/", views.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("khong-hoat-dong/", account.account_inactive, name="account_inactive"),
    path("doi-mat-khau/", account.password_change, name="account_change_password"),
    path("dat-mat-khau/", account.password_set, name="account_set_password"),
    path("xac-thuc-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("quen-mat-khau/", account.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mat-khau-moi/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("hai-lop/", mfa.index, name="mfa_index"),
    path("hai-lop/xac-thuc/", mfa.authenticate, name="mfa_authenticate"),
    path("hai-lop/xac-thuc-lai/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("hai-lop/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("hai-lop/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("hai-lop/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("hai-lop/ma-du-phong/tao/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("hai-lop/ma-du-phong/tai-ve/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
