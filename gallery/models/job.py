"""Job and Chunk: long work in claimed, fenced, resumable pieces. Changed by gallery.work only."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Job(models.Model):
    """One piece of long work that a person can follow, pause and cancel.

    State transitions:
        QUEUED -> RUNNING -> DONE       every stage over; some items may have failed
        QUEUED | RUNNING -> FAILED      nothing at all could be done; `error` says why
        QUEUED | RUNNING -> CANCELLED   cancelled, and no chunk is being worked on any more

    A job passes through stages, one after the other. `total` counts the items of all stages
    planned so far, so a stage has `total - stage_base` of them; the three counters say what
    became of how many. `total >= done + skipped + failed` always holds.

    Paused is no status of its own: while `paused_at` is set, nobody takes a chunk of the job.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=30)  # a key of settings.JOB_HANDLERS
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="jobs"
    )
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    options = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    # True while more chunks may still be added: the current stage does not end before.
    is_open = models.BooleanField(default=False)
    stage = models.PositiveIntegerField(default=0)
    stage_name = models.CharField(max_length=80, blank=True)
    stage_base = models.PositiveBigIntegerField(default=0)  # items settled by earlier stages
    stage_started_at = models.DateTimeField(null=True, blank=True)

    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    skipped = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)

    paused_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)  # the last time
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The list of somebody's jobs, newest first.
            models.Index(fields=["owner", "kind", "-id"], name="job_of_owner"),
            # The reaper looks at what has not ended yet.
            models.Index(
                fields=["status"],
                name="job_not_ended",
                condition=Q(status__in=["queued", "running"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_status_known",
                condition=Q(status__in=["queued", "running", "done", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="job_settles_no_more_than_its_total",
                condition=Q(total__gte=F("done") + F("skipped") + F("failed")),
            ),
            models.CheckConstraint(
                name="job_ended_has_an_end",
                condition=Q(status__in=["queued", "running"]) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.status})"

    @property
    def has_ended(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None and not self.has_ended

    @property
    def settled(self) -> int:
        """Items of which it is known what became of them."""
        return self.done + self.skipped + self.failed


class Chunk(models.Model):
    """The piece of a job that one worker claims: some seconds of work.

    State transitions:
        QUEUED -> RUNNING                     claimed: a new `token`, a lease, one attempt more
        RUNNING -> DONE                       effects and this state in one transaction,
                                              only if the token is still the claimant's
        RUNNING -> QUEUED                     failed or lost its worker; tried again later
        RUNNING -> FAILED                     the same, too often; `error` says why
        QUEUED | RUNNING -> CANCELLED         the job was cancelled

    Whoever no longer holds the token can change nothing: that is the fence.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    stage = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField()
    payload = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=1)  # items in it, for counting
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)

    token = models.CharField(max_length=32, blank=True)
    worker = models.CharField(max_length=200, blank=True)  # host:pid:start time of the claimant
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    done = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["job", "stage", "number"]
        indexes = [
            # Claiming: the oldest queued chunk, or one whose lease is over.
            models.Index(
                fields=["job", "stage", "number"],
                name="chunk_waiting",
                condition=Q(status="queued"),
            ),
            models.Index(
                fields=["lease_until"], name="chunk_running", condition=Q(status="running")
            ),
            # How fast is the job now?
            models.Index(
                fields=["job", "finished_at"],
                name="chunk_ended",
                condition=Q(finished_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "stage", "number"], name="chunk_once_in_its_stage"
            ),
            models.CheckConstraint(
                name="chunk_status_known",
                condition=Q(status__in=["queued", "running", "done", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="chunk_running_is_claimed",
                condition=~Q(status="running") | (~Q(token="") & Q(lease_until__isnull=False)),
            ),
            models.CheckConstraint(
                name="chunk_settles_no_more_than_its_size",
                condition=Q(size__gte=F("done") + F("skipped") + F("failed")),
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.job_id}, stage {self.stage}, chunk {self.number} ({self.status})"

    @property
    def settled(self) -> int:
        return self.done + self.skipped + self.failed
