"""kill -9 between two statements: what was acknowledged is there, and there once."""

from tests.faults import evidence
from tests.faults.installation import STEPS as LOG
from tests.faults.installation import Installation, until
from tests.faults.poster import Source
from tests.faults.steps import ANCHOR, CHECKPOINTS, SCRUB, STEPS, Step

# Posts until the process that dies is the one that is asked, and goes that way.
MOST_POSTS = 30
UNSAVED = (
    "SELECT count(*) FROM audits_head h WHERE NOT EXISTS (SELECT 1 FROM"
    " audits_checkpoint c WHERE c.log_id = h.log_id AND c.size = h.size)"
)
UNREAD = "SELECT count(*) FROM audits_scrub_run WHERE finished_at IS NULL"


def until_none(hurt: Installation, query: str) -> None:
    with hurt.connect() as database:
        until(lambda: database.execute(query).fetchone() == (0,), query)


def make_due(hurt: Installation, task: str) -> None:
    """See to it that the task finds something to do."""
    if task == SCRUB:
        with hurt.connect() as database:
            database.execute("DELETE FROM audits_scrub_run")
    if task == ANCHOR:
        hurt.ring(CHECKPOINTS)
        until_none(hurt, UNSAVED)


def die_at(hurt: Installation, source: Source, step: Step) -> evidence.Answers:
    """Have the process die there; return what was acknowledged meanwhile."""
    armed = hurt.arm(step.armed)
    answers = []
    for _ in range(1 if step.task else MOST_POSTS):
        answers.append(source.post(step.posts))
        if not armed.exists():
            break
    if step.task:
        make_due(hurt, step.task)
        hurt.ring(step.task)
    until(lambda: not armed.exists(), f"it dies: {step.what}")
    return answers


def test_a_death_at_any_named_step_loses_and_doubles_nothing(
    hurt: Installation,
) -> None:
    source = hurt.source(LOG)
    answers = [source.post()]
    for step in STEPS:
        answers += die_at(hurt, source, step)
        answers.append(source.post())
    tree = evidence.stored(hurt, hurt.log(LOG)["origin"])
    evidence.check_answers(tree, hurt.log(LOG)["vkey"], answers)
    # "Persisted but answer lost" came to pass, and came back as what it is.
    receipts = [event for answer in answers for event in answer["events"]]
    assert {event["status"] for event in receipts} == {"appended", "duplicate"}
    evidence.check_saved(hurt)


def test_what_a_death_interrupted_is_taken_up_again(hurt: Installation) -> None:
    """Beat and the workers save and anchor every log's newest state by themselves."""
    with hurt.connect() as database:
        # A dead worker's claim runs out; nobody needs to wait for it here.
        database.execute("UPDATE audits_scrub_run SET claimed_until = now()")
        hurt.ring(SCRUB)
        hurt.ring(ANCHOR)
        until_none(hurt, UNSAVED)
        until_none(hurt, UNREAD)
        faults = database.execute("SELECT * FROM audits_scrub_fault").fetchall()
    assert faults == []
    evidence.check_saved(hurt)
