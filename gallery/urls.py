"""The addresses of the gallery's pages."""

from __future__ import annotations

from django.urls import path

from gallery.views import (
    account,
    albums,
    cameras,
    changes,
    date_settings,
    dates,
    doubts,
    imports,
    jobs,
    media,
    photo,
    timeline,
    tus,
    uploads,
)

app_name = "gallery"

urlpatterns = [
    # Days of photos
    path("", timeline.days, name="timeline"),
    path("archive/", timeline.archive, name="archive"),
    path("trash/", timeline.trash, name="trash"),
    path("trash/hidden/", timeline.hidden, name="hidden"),
    path("cameras/", cameras.overview, name="cameras"),
    path("cameras/<int:camera_id>/", cameras.camera, name="camera"),
    path("cameras/none/", cameras.no_camera, name="no-camera"),
    path("albums/", albums.overview, name="albums"),
    path("albums/<int:album_id>/", albums.album, name="album"),
    path("albums/<int:album_id>/rename/", albums.rename, name="rename-album"),
    path("albums/<int:album_id>/delete/", albums.delete, name="delete-album"),
    path("albums/<int:album_id>/take-out/", albums.take_out, name="take-out-of-album"),
    path("photos/<int:photo_id>/", photo.photo, name="photo"),
    # When they were taken
    path("photos/<int:photo_id>/date/", dates.date_of_photo, name="photo-date"),
    path("photos/<int:photo_id>/date/forget/", dates.forget_date, name="forget-date"),
    path("dates/", dates.dates, name="dates"),
    path("dates/suspicious/", doubts.doubts, name="doubts"),
    path("dates/suspicious/keep/", doubts.keep, name="keep-dates"),
    path("dates/suspicious/beside/", doubts.beside, name="dates-beside"),
    path("cameras/<int:camera_id>/clock/", dates.clock, name="clock"),
    # Acts on photos
    path("acts/archive/", changes.archive, name="act-archive"),
    path("acts/unarchive/", changes.unarchive, name="act-unarchive"),
    path("acts/trash/", changes.trash, name="act-trash"),
    path("acts/album/", albums.choose, name="choose-album"),
    path("acts/restore/", changes.restore, name="act-restore"),
    path("acts/favourite/", changes.favourite, name="act-favourite"),
    path("history/", changes.history, name="history"),
    path("history/<int:change_id>/undo/", changes.undo, name="undo"),
    path("trash/delete-forever/", changes.delete_forever, name="delete-forever"),
    path("trash/empty/", changes.empty_trash, name="empty-trash"),
    # Pictures
    path("photos/<int:photo_id>/original", media.original, name="original"),
    path("photos/<int:photo_id>/motion", media.motion, name="motion"),
    path("photos/<int:photo_id>/beside/<int:companion_id>", media.companion, name="companion"),
    path("photos/<int:photo_id>/<slug:size>", media.media, name="media"),
    # Photos come in
    path("upload/", uploads.upload, name="upload"),
    path("upload/line/", uploads.line, name="upload-line"),
    path("upload/begin/", uploads.begin, name="begin-upload"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:run_id>/", imports.import_run, name="import"),
    path("imports/<int:run_id>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<int:run_id>/files.csv", imports.import_files_csv, name="import-files-csv"),
    path("imports/<int:run_id>/pause/", imports.pause_import, name="pause-import"),
    path("imports/<int:run_id>/resume/", imports.resume_import, name="resume-import"),
    path("imports/<int:run_id>/cancel/", imports.cancel_import, name="cancel-import"),
    path("imports/<int:run_id>/again/", imports.try_import_again, name="try-import-again"),
    path("imports/<int:run_id>/files/", uploads.receive, name="receive-file"),
    path("imports/<int:run_id>/offer/", uploads.offer, name="offer-files"),
    path("imports/<int:run_id>/uploads/", tus.begin, name="begin-one-upload"),
    path("uploads/<slug:token>/", tus.upload, name="one-upload"),
    path("imports/<int:run_id>/outcomes/", uploads.outcomes, name="upload-outcomes"),
    path("imports/<int:run_id>/close/", uploads.close, name="close-upload"),
    # Long acts
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/progress/", jobs.job_progress, name="job-progress"),
    path("jobs/<int:job_id>/cancel/", jobs.cancel_job, name="cancel-job"),
    path("jobs/<int:job_id>/undo/", jobs.undo_job, name="undo-job"),
    path("jobs/<int:job_id>/even-so/", jobs.act_on_refused, name="act-on-refused"),
    # Accounts
    path("welcome/", account.first_account, name="first-account"),
    path("sign-in/", account.sign_in, name="login"),
    path("sign-out/", account.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/dates/", date_settings.date_settings, name="date-settings"),
    path("account/dates/order/", date_settings.set_order, name="date-order"),
    path("account/dates/again/", date_settings.date_again, name="date-again"),
    path("account/home-zone/", account.set_home_zone, name="home-zone"),
    path("account/password/", account.change_password, name="change-password"),
    path("account/tokens/", account.make_token, name="make-token"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="revoke-token"),
]
