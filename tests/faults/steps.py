"""Where between two statements a death can matter, process by process."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A place at which a process dies, and what brings it there."""

    what: str
    process: str
    place: str
    when: str
    posts: int = 1
    """Events of one request; more than a few are copied, and commit on their own."""
    task: str = ""
    """What beat would ring for in time."""

    @property
    def armed(self) -> str:
        return f"{self.process} {self.place} {self.when}"


BUILD, SEAL = "audits.log.build", "audits.log.seal"
SIGNER = "audits.signer"
CHECKPOINTS = "audits.log.tasks.save_checkpoints"
ANCHOR, SCRUB = "audits.anchors.tasks.anchor", "audits.scrub.tasks.scrub"
STREAMS = "audits.streams.tasks.follow_streams"

STEPS = [
    Step("before anything was written", "web", f"{BUILD}:append_few", "before"),
    Step(
        "entries copied, the head not moved, no commit", "web",
        "audits.log.encoding:as_heads", "before", posts=100,
    ),
    Step(
        "committed by one statement, nothing signed", "web",
        f"{BUILD}:append_few", "after",
    ),
    Step(
        "committed behind the lock, nothing signed", "web", f"{BUILD}:write_batches",
        "after", posts=300,
    ),
    Step(
        "signed, but nobody was answered", "web", f"{SEAL}:signed_checkpoints", "after"
    ),
    Step(
        "the answer made, but not sent", "web", "audits.events.api.events:encoded",
        "after", posts=70,
    ),
    Step(
        "written into the signer's state, not committed there", "signer",
        f"{SIGNER}.state:State.advance", "after",
    ),
    Step(
        "committed in the signer's state, the signature not made", "signer",
        f"{SIGNER}.signing:Signer._note", "before",
    ),
    Step(
        "a checkpoint signed, and not saved", "soon", f"{SEAL}:signed_checkpoint",
        "after", task=CHECKPOINTS,
    ),
    Step(
        "the meta-log extended, where each stands not written", "worker",
        "audits.log.services:extend", "after", task=ANCHOR,
    ),
    Step(
        "appended to the meta-log, and nobody asked to cosign", "worker",
        "audits.anchors.build:append_changed", "after", task=ANCHOR,
    ),
    Step(
        "a part of the log read again, and not noted", "worker",
        "audits.scrub.build:_tell", "after", task=SCRUB,
    ),
    Step(
        "streams followed, and not noted", "worker", "audits.streams.build:_keep",
        "before", task=STREAMS,
    ),
]  # fmt: skip
PLACES = sorted({step.place for step in STEPS})
