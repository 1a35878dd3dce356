"""Answering whether a change made somebody else the provider (Art. 25)."""

from governance.value_chain.services.answers import (
    Said,
    answer_alarm,
    answer_as_delivered,
)

__all__ = ["Said", "answer_alarm", "answer_as_delivered"]
