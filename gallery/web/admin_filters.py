"""Filters of the admin's lists that stay short however many rows there are to choose from."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest

MOST_CHOICES = 100


class FewRelatedFilter(admin.RelatedFieldListFilter):
    """By the related row while there are few of them; beyond, the search finds it by its name."""

    def field_choices(
        self, field: RelatedField[Any, Any], request: HttpRequest, model_admin: Any
    ) -> Any:
        rows = field.related_model._default_manager.all()
        some = list(
            rows.order_by(*self.field_admin_ordering(field, request, model_admin))[
                : MOST_CHOICES + 1
            ]
        )
        return [] if len(some) > MOST_CHOICES else [(row.pk, str(row)) for row in some]
