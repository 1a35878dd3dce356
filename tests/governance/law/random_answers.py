"""Random systems, for properties that hold whatever the answers are."""

from datetime import date

from hypothesis import strategies as st

from governance.law.load import law

UNKNOWN = "not_established"
EDITIONS = [edition.id for edition in law().editions]
DAYS = st.dates(date(2024, 1, 1), date(2031, 1, 1))


def answer(question):
    if question.kind == "yes_no":
        return st.sampled_from(["yes", "no", UNKNOWN])
    if question.kind == "date":
        return st.one_of(st.just("no"), st.just(UNKNOWN), DAYS.map(date.isoformat))
    ids = [choice.id for choice in question.choices]
    if question.kind == "choice":
        return st.sampled_from([*ids, UNKNOWN])
    some = [item for item in ids if item != "none"]
    several = st.lists(st.sampled_from([*some, UNKNOWN]), min_size=1, unique=True)
    return st.one_of(several, st.just(["none"])) if "none" in ids else several


# What people are asked; a fact that is asked with others is settled by that question.
ASKED = [q for q in law().questions.values() if not q.asked_with]
FULL = st.fixed_dictionaries({q.id: answer(q) for q in ASKED})
# Systems that are plainly AI in the Union, so that the rest is reached often.
WORLDS = st.builds(
    lambda facts, open_: (
        facts if open_ else facts | {"infers": "yes", "exclusions": ["none"]}
    ),
    FULL,
    st.booleans(),
)
