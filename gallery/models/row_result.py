"""RowResult: what became, or would become, of one row of a job that acts on thousands."""

from django.db import models

from .job import Job


class RowResult(models.Model):
    """One line of the results of a job of ``gallery.row_acts``: kept as long as its job."""

    class Result(models.TextChoices):
        DONE = "done", "done"
        NOTHING_TO_DO = "nothing_to_do", "left as it was"
        REFUSED = "refused", "refused"
        GONE = "gone", "no longer there"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="row_results")
    # The number of the row that was chosen, and how it was called then: it may be gone by now.
    row_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    result = models.CharField(max_length=14, choices=Result)
    told = models.TextField(blank=True)  # what was done, or why nothing was
    photos = models.PositiveBigIntegerField(default=0)  # that it concerns
    # What the act made of it, for the undo: the number of a change or a job, as the act has it.
    made = models.PositiveBigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "result", "id"], name="row_result_by_outcome")]

    def __str__(self) -> str:
        return f"{self.name}: {self.result}"
