from __future__ import annotations

from django.conf import settings
from django.db import models

from dedup.core.keepers import USUAL_ORDER, Preferences, Rule, complete_order
from gallery.models import User

_RULES: dict[str, Rule] = {rule.value: rule for rule in Rule}


class KeeperRules(models.Model):
    """By which rules an owner chooses what to keep, and what the photo that stays gains.

    An owner without a row has the usual rules. ``version`` grows with every change, so that a
    group can tell whether its suggestion is of the rules as they are now.
    """

    class Merge(models.TextChoices):
        KEEPER = "keeper", "one photo: the suggested one"
        ALL = "all", "all photos that stay"
        NONE = "none", "no photo"

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="keeper_rules"
    )
    order = models.JSONField(default=list)  # values of Rule, the weightiest first
    off = models.JSONField(default=list)  # those of them that are switched off
    newest = models.BooleanField(default=False)
    folders = models.JSONField(default=list)  # the most preferred first
    cameras = models.JSONField(default=list)  # their numbers, all alike
    # Who gets the albums, stars, tags ... of the photos that go, unless a decision says otherwise.
    merge = models.CharField(max_length=8, choices=Merge, default=Merge.KEEPER)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "keeper rules"

    def __str__(self) -> str:
        return f"what {self.owner_id} keeps"

    @classmethod
    def of(cls, owner: User) -> KeeperRules:
        """The owner's own, or the usual ones, not saved."""
        return cls.objects.filter(owner=owner).first() or cls(owner=owner)

    @property
    def in_order(self) -> tuple[Rule, ...]:
        """All rules, those that are switched off among them."""
        return complete_order(rule for rule in map(_RULES.get, self.order) if rule)

    @property
    def preferences(self) -> Preferences:
        return Preferences(
            rules=tuple(rule for rule in self.in_order if rule.value not in self.off),
            newest=self.newest,
            folders=tuple(self.folders),
            cameras=tuple(self.cameras),
        )

    @property
    def are_usual(self) -> bool:
        return self.in_order == USUAL_ORDER and self.preferences == Preferences()
