"""What administrators say before the frames of many cameras are thinned."""

from __future__ import annotations

from typing import Any

from django import forms

from dedup.forms import ThinForm
from gallery import bulk


class PlanThinningForm(ThinForm):
    """The same as for one camera, for all of them."""

    @property
    def options(self) -> dict[str, Any]:
        rule = self.rule
        days = {name: self.cleaned_data[name] for name in ("first_day", "last_day")}
        how = f"The {rule.keep} of a still stretch stays"
        if rule.every_minutes:
            how += f", and one in {rule.every_minutes:g} min"
        how += f", from {days['first_day']}" if days["first_day"] else ""
        how += f", to {days['last_day']}" if days["last_day"] else ""
        stored = {name: day.isoformat() if day else "" for name, day in days.items()}
        return {"keep": rule.keep, "every_minutes": rule.every_minutes, "how": how, **stored}


class ThinOutForm(forms.Form):
    act = forms.ChoiceField(
        label="What goes is",
        choices=[(bulk.Act.ARCHIVE, "archived"), (bulk.Act.TRASH, "moved to the trash")],
        help_text="The archive keeps for ever. The trash is emptied after its keeping time.",
    )

    @property
    def options(self) -> dict[str, Any]:
        act = self.cleaned_data["act"]
        words = {bulk.Act.ARCHIVE: "To the archive", bulk.Act.TRASH: "To the trash"}
        return {"act": act, "how": words[bulk.Act(act)]}
