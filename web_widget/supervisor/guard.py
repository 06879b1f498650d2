"""Runs a command that must not outlive the process that started it.

usage: python guard.py SUPERVISOR_PID COMMAND [ARGUMENT...]

Run as a file, with the standard library alone, in front of every process the supervisor starts. On
Linux the kernel is asked to kill this process when the supervisor dies, whatever kills it, and the
wish survives `exec`, so the command simply takes this process over. Elsewhere the guard stays as
the command's parent and watches a pipe on its standard input, which the supervisor holds open:
when the pipe ends, the whole process group is killed.

It is a wrapper and not a `preexec_fn`, since code between fork and exec can deadlock in a process
that has threads, and the progress display has one.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it died before the wish was made
        os._exit(1)


def replace_with(command: list[str]) -> None:
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be run: {error.strerror}\n")
        sys.exit(127)


def watch(command: list[str]) -> int:
    """Run the command as a child until it ends or standard input does; return its exit status."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # The group gets the signal too, so the command decides; a handler, unlike SIG_IGN,
        # is not handed on to it.
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_kill_group_at_end_of_input, daemon=True).start()
    return child.wait()


def _kill_group_at_end_of_input() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _end_like(status: int) -> None:
    """A command that was killed makes its guard look killed."""
    if status < 0:
        signal.signal(-status, signal.SIG_DFL) if -status != signal.SIGKILL else None
        os.kill(os.getpid(), -status)
    sys.exit(status)


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        die_with_parent(parent)
        replace_with(command)
    else:
        _end_like(watch(command))


if __name__ == "__main__":
    main()
