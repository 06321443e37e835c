"""The addresses of the pages about similar photos."""

from django.urls import path

from dedup.views import bulk_groups, compare, days, group, groups, previews, reports, scans, tuner

app_name = "dedup"

urlpatterns = [
    path("scans/", scans.scans, name="scans"),
    path("scans/<int:scan_id>/", scans.scan, name="scan"),
    path("scans/<int:scan_id>/progress/", scans.scan_progress, name="scan-progress"),
    path("scans/<int:scan_id>/cancel/", scans.scan_cancel, name="scan-cancel"),
    path("scans/<int:scan_id>/rename/", scans.scan_rename, name="scan-rename"),
    path("scans/<int:scan_id>/delete/", scans.scan_delete, name="scan-delete"),
    path("scans/<int:scan_id>/sliders/", previews.sliders, name="sliders"),
    path("scans/<int:scan_id>/preview/", previews.preview, name="scan-preview"),
    path("scans/preview/", previews.preview, name="preview"),
    path("scans/<int:scan_id>/pairs/", scans.pairs_report, name="pairs"),
    path("scans/<int:scan_id>/pairs.csv", scans.pairs_csv, name="pairs-csv"),
    path("scans/<int:scan_id>/report/", reports.report, name="report"),
    path("scans/<int:scan_id>/report.csv", reports.report_csv, name="report-csv"),
    path("scans/<int:scan_id>/report.json", reports.report_json, name="report-json"),
    path("groups/", groups.groups, name="groups"),
    path("groups/filters/", groups.filters, name="group-filters"),
    path("groups/bulk/", bulk_groups.start, name="bulk"),
    path("groups/bulk/<int:job_id>/", bulk_groups.preview, name="bulk-preview"),
    path("groups/bulk/<int:job_id>/progress/", bulk_groups.progress, name="bulk-progress"),
    path("groups/bulk/<int:job_id>/do/", bulk_groups.do, name="bulk-do"),
    path("groups/bulk/<int:job_id>/results.csv", bulk_groups.results_csv, name="bulk-csv"),
    path("groups/bulk/<int:job_id>/results.json", bulk_groups.results_json, name="bulk-json"),
    path("groups/<int:group_id>/", group.group, name="group"),
    path("groups/<int:group_id>/decide/", group.decide, name="decide"),
    path("groups/<int:group_id>/accept/", group.accept, name="accept"),
    path("groups/<int:group_id>/keep-all/", group.keep_all, name="keep-all"),
    path("groups/<int:group_id>/not-similar/", group.not_similar, name="not-similar"),
    path("decisions/<int:decision_id>/undo/", group.undo_decision, name="undo-decision"),
    path("compare/", compare.chosen, name="compare-chosen"),
    path("compare/<int:first_id>/<int:second_id>/", compare.compare, name="compare"),
    path("compare/<int:first_id>/<int:second_id>/<int:third_id>/", compare.compare, name="compare"),
    path(
        "compare/<int:first_id>/<int:second_id>/<int:third_id>/<int:fourth_id>/",
        compare.compare,
        name="compare",
    ),
    path("cameras/<int:camera_id>/tuner/", tuner.tuner, name="tuner"),
    path("cameras/<int:camera_id>/tuner/score/", tuner.score, name="tuner-score"),
    path("cameras/<int:camera_id>/tuner/examples/", tuner.examples, name="tuner-examples"),
    path("cameras/<int:camera_id>/tuner/save/", tuner.save, name="save-tuner"),
    path("cameras/<int:camera_id>/tuner/reset/", tuner.reset, name="reset-tuner"),
    path("cameras/<int:camera_id>/days/", days.days, name="days"),
    path("cameras/<int:camera_id>/days/<str:date>/", days.day, name="day"),
    path("cameras/<int:camera_id>/days/<str:date>/frames/", days.day_frames, name="day-frames"),
    path("cameras/<int:camera_id>/frames/compare/", tuner.compare_frames, name="compare-frames"),
    path("cameras/<int:camera_id>/frames/progress/", tuner.progress, name="frames-progress"),
    path(
        "compare/<int:first_id>/<int:second_id>/difference.jpg",
        compare.difference,
        name="difference",
    ),
]
