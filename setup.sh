#!/bin/sh
# Installs the named Debian packages that are missing. Quiet and quick when none is.
set -eu

command -v swift >/dev/null 2>&1 || {
    echo "swift is not on the PATH: install a Swift 6.2 or later toolchain from swift.org first" >&2
    exit 69
}

missing=""
for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    case "$status" in
        ii*) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=""; elif command -v sudo >/dev/null 2>&1; then as_root="sudo"; else
    echo "missing Debian packages:$missing; install them as root, or install sudo" >&2
    exit 69
fi

echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the package names are separate words
if ! { $as_root apt-get install -y --no-install-recommends $missing ||
    { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; }; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "could not install:$missing; see the messages of apt-get above" >&2
    exit 69
fi
