from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import partial

import pytest

from digest.errors import ConfigError
from digest.publish import parallel
from digest.publish.frame import Page
from digest.publish.parallel import make_all


def pages(count: int) -> list[Page]:
    return [
        Page(f"{number}.html", "", partial("page {}".format, number)) for number in range(count)
    ]


def test_many_processes_make_what_one_makes() -> None:
    many = pages(parallel.WORTHWHILE * 3 + 7)
    assert make_all(many, cores=3) == make_all(many, cores=1)
    assert list(make_all(many, cores=3)) == [page.path for page in many]


# Each page takes a moment, lest the first process have made them all before the second is up.
SEVERAL = """
import os, time
from digest.publish.frame import Page
from digest.publish.parallel import WORTHWHILE, make_all
def make():
    time.sleep(0.002)
    return str(os.getpid())
many = [Page(f"{number}", "", make) for number in range(600)]
print(len(set(make_all(many, cores=2).values())))
print(set(make_all(many[:WORTHWHILE], cores=2).values()) == {str(os.getpid()).encode()})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_several_processes_are_used() -> None:
    # Where no other test's thread forbids it.
    done = subprocess.run([sys.executable, "-c", SEVERAL], capture_output=True, check=True)
    assert done.stdout.split() == [b"2", b"True"]


def test_with_a_thread_running_no_process_is_forked() -> None:
    many = [Page(f"{number}", "", lambda: str(os.getpid())) for number in range(600)]
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert set(make_all(many, cores=2).values()) == {str(os.getpid()).encode()}
    finally:
        stop.set()
        thread.join()


QUIET = """
import signal
from digest.publish.frame import Page
from digest.publish.parallel import make_all
def told(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGTERM, told)
for _ in range(5):
    assert len(make_all([Page(str(n), "", lambda: "a page") for n in range(600)], cores=2)) == 600
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_processes_end_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, check=True)
    assert done.stderr == b""


def test_an_error_says_the_same_from_another_process() -> None:
    def fail() -> str:
        raise ConfigError("the template cannot be used", where="theme.html:3", cure="Mend it.")

    many = [*pages(600), Page("bad", "", fail)]
    with pytest.raises(ConfigError) as caught:
        make_all(many, cores=2)
    assert str(caught.value) == "theme.html:3: the template cannot be used\n  Mend it."


# The first child that makes a page is killed with it, as the kernel does where memory is short.
KILLED = """
import os, signal
from digest.publish.frame import Page
from digest.publish.parallel import make_all
parent = os.getpid()
def make():
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return "made"
made = make_all([Page(f"{number}", "", make) for number in range(600)], cores=2)
print(len(made), *set(made.values()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_where_a_process_is_killed_one_makes_the_pages() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, check=True)
    assert done.stdout.split() == [b"600", b"b'made'"]
