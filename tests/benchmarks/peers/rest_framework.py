"""Django REST framework: a serializer checks and saves; there is no history at all."""

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.peers import shape, site

site.begin("rest_framework")

from rest_framework import serializers  # noqa: E402 - Django comes first

from tests.benchmarks.peers.models import Event  # noqa: E402


class Prediction(Event):
    class Meta:
        app_label = "peers"


# django-rest-framework.org, "Serializers", "Customizing ListSerializer behavior":
# many=True with a list class that saves all rows by one bulk_create().
class Predictions(serializers.ListSerializer):  # type: ignore[type-arg]
    def create(self, validated_data: list[dict[str, Any]]) -> list[Prediction]:
        return Prediction.objects.bulk_create(
            Prediction(**fields) for fields in validated_data
        )


class PredictionSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    class Meta:
        model = Prediction
        fields = "__all__"
        list_serializer_class = Predictions


class Peer(shape.Peer):
    name = "Django REST framework"
    one_by_one_is = "ModelSerializer: is_valid() and save()"
    bulk_is = "the serializer with many=True and bulk_create()"

    def prepare(self) -> None:
        site.make_tables()

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        return sum(1 for event in events if _save(PredictionSerializer(data=event)))

    def bulk(self, events: Iterator[shape.Event]) -> int:
        return sum(
            len(_save(PredictionSerializer(data=batch, many=True)))
            for batch in shape.batched(events)
        )

    def held(self) -> int:
        return Prediction.objects.count()


def _save(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.save()
