"""Ends a process of the product at a named place, as `kill -9` would; sets clocks back.

Python imports this module by itself when its folder is on PYTHONPATH, which only the
tests of faults see to: the product knows nothing of it. FAULTS_AT names places as
`module:function` or `module:Class.method`. A file `PROCESS PLACE before` (or `after`)
in the folder FAULTS arms a death there: whoever takes the file away dies. A symbolic
link `clock` in it says by how many seconds the clocks go wrong.
"""

import functools
import importlib.abc
import os
import signal
import sys
import time
from datetime import timedelta

FOLDER = os.environ.get("FAULTS", "")
PROCESS = os.environ.get("FAULTS_PROCESS", "")
PLACES = {}
for _place in os.environ.get("FAULTS_AT", "").split():
    PLACES.setdefault(_place.partition(":")[0], []).append(_place)
CLOCK = "django.utils.timezone"


def die(place, when):
    try:
        os.unlink(os.path.join(FOLDER, f"{PROCESS} {place} {when}"))  # noqa: PTH108, PTH118
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(place, function):
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        die(place, "before")
        found = function(*args, **kwargs)
        die(place, "after")
        return found

    return wrapped


def seconds_wrong():
    try:
        return float(os.readlink(os.path.join(FOLDER, "clock")))  # noqa: PTH115, PTH118
    except OSError:
        return 0.0


def spoil(module):
    for place in PLACES.get(module.__name__, ()):
        *path, name = place.partition(":")[2].split(".")
        owner = functools.reduce(getattr, path, module)
        setattr(owner, name, deadly(place, getattr(owner, name)))
    if module.__name__ == CLOCK:
        now = module.now
        module.now = lambda: now() + timedelta(seconds=seconds_wrong())


class Finder(importlib.abc.MetaPathFinder):
    """Finds as the others do, and spoils a module as soon as it has run."""

    def find_spec(self, name, path, target=None):
        if name not in PLACES and name != CLOCK:
            return None
        others = [each for each in sys.meta_path if each is not self]
        for finder in others:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                run = spec.loader.exec_module

                def exec_module(module, run=run):
                    run(module)
                    spoil(module)

                spec.loader.exec_module = exec_module
                return spec
        return None


if FOLDER and PROCESS:
    sys.meta_path.insert(0, Finder())
    if PROCESS == "signer":
        _time = time.time
        time.time = lambda: _time() + seconds_wrong()
