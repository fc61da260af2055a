"""A person at a pseudo-terminal, for tests.

Reads one JSON object on stdin: argv, env, cwd, streams ("terminal": all standard streams are the
terminal; "pipes": none is, but it is the controlling terminal; "stdin": that alone is, as SDKs start
programs; "none": no terminal at all), and steps, each {"expect": text}, {"send": text}, {"paste": text},
which is marked as a paste if the terminal was told to do so, {"signal": name}, {"until": file}, {"pause": seconds},
{"resize": columns}, {"move": file, "to": file} or {"reset": true}, which sets the terminal's settings as they were, as a shell does when a job stops;
"columns" is the width at first. Prints one JSON object: what the terminal showed, stdout and stderr when
they are pipes, the exit status, whether the terminal's settings are as before and pastes are not marked, and the expectation that
was not met in time, if there is one.
"""

import fcntl
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import termios
import time


PASTES_MARKED = b"\x1b[?2004h"
PASTES_PLAIN = b"\x1b[?2004l"


def main():
    order = json.load(sys.stdin)
    streams = order["streams"]
    deadline = time.monotonic() + order.get("seconds", 60)
    master, slave = os.openpty()
    before = termios.tcgetattr(slave)

    def resize(columns):
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    if "columns" in order:
        resize(order["columns"])

    def in_child():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if streams != "none":
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    is_terminal = streams == "terminal"
    child = subprocess.Popen(
        order["argv"],
        env=order["env"],
        cwd=order["cwd"],
        stdin=slave if is_terminal or streams == "stdin" else subprocess.DEVNULL,
        stdout=slave if is_terminal else subprocess.PIPE,
        stderr=slave if is_terminal else subprocess.PIPE,
        preexec_fn=in_child,
    )
    shown = {master: b""}
    if not is_terminal:
        for pipe in (child.stdout, child.stderr):
            shown[pipe.fileno()] = b""
    open_files = set(shown)

    def pump(seconds):
        ready, _, _ = select.select(list(open_files), [], [], seconds)
        for each in ready:
            try:
                data = os.read(each, 65536)
            except OSError:
                data = b""
            shown[each] += data
            if not data:
                open_files.discard(each)
        return bool(ready)

    def marks_pastes():
        return shown[master].rfind(PASTES_MARKED) > shown[master].rfind(PASTES_PLAIN)

    unmet = None
    seen = 0
    for step in order["steps"]:
        if "send" in step or "paste" in step:
            # A terminal takes no more than it has room for, and shows things meanwhile.
            rest = step.get("send", "").encode()
            if "paste" in step:
                # So do terminals, where people paste what has lines.
                rest = step["paste"].replace("\n", "\r").encode()
                if marks_pastes():
                    rest = b"\x1b[200~" + rest + b"\x1b[201~"
            while rest:
                rest = rest[os.write(master, rest[:512]):]
                pump(0.002 if rest else 0)
            continue
        if "pause" in step:
            end = time.monotonic() + step["pause"]
            while time.monotonic() < end:
                pump(0.02)
            continue
        if "resize" in step:
            resize(step["resize"])
            continue
        if "move" in step:
            os.replace(os.path.join(order["cwd"], step["move"]), os.path.join(order["cwd"], step["to"]))
            continue
        if "reset" in step:
            termios.tcsetattr(slave, termios.TCSANOW, before)
            continue
        if "signal" in step:
            child.send_signal(getattr(signal, step["signal"]))
            continue
        if "until" in step:
            path = os.path.join(order["cwd"], step["until"])
            is_met = lambda: os.path.exists(path)
        else:
            wanted = step["expect"].encode()
            is_met = lambda: shown[master].find(wanted, seen) >= 0
        while not is_met():
            if time.monotonic() > deadline or child.poll() is not None and not pump(0):
                unmet = next(iter(step.values()))
                break
            pump(0.02)
        if unmet is not None:
            break
        if "expect" in step:
            seen = shown[master].find(wanted, seen) + len(wanted)

    while child.poll() is None and time.monotonic() < deadline:
        pump(0.02)
    ended = child.poll() is not None
    if not ended:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    after = termios.tcgetattr(slave)
    while pump(0):
        pass
    restored = before == after and not marks_pastes()
    shown[master] = shown[master].replace(PASTES_MARKED, b"").replace(PASTES_PLAIN, b"")
    text = {each: data.decode(errors="replace") for each, data in shown.items()}
    json.dump(
        {
            "terminal": text[master],
            "stdout": "" if is_terminal else text[child.stdout.fileno()],
            "stderr": "" if is_terminal else text[child.stderr.fileno()],
            "code": child.returncode if ended else None,
            "restored": restored,
            "unmet": unmet,
        },
        sys.stdout,
    )


main()
