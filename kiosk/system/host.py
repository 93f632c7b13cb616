"""One set of names for what each operating system does its own way.

sync_data(fd)             the file's bytes are on the medium when it returns
sync_folder(folder)       the same for names created in it or renamed
private_folder(folder)    makes it, for this account only
open_private(path, append=False, exclusive=False)   → file descriptor, mode 0600, created when missing;
                          exclusive: FileExistsError when it is there already
try_lock(fd)              takes the exclusive lock of a file, or says no; ends with the process
runtime_folder()          a private folder for sockets and preview files
address(name)             where a process of that name listens (Unix socket, named pipe)
forget_address(where)     removes what a dead listener left
spawn_detached(command, log, environment)   a process that outlives this one; its words go to `log`
kill_tree(process)        ends a child and what it started, at once
alive(pid)                whether that process runs
boot_id()                 names this start of the machine; empty when the system tells none
since_start_ns()          since the machine's start, its sleep included; 0 when the system does not tell
clock_synchronised()      whether the system vouches for the wall clock; yes when it does not tell
has_avx512()              whether the processor has these instructions (and so AVX2); no when it cannot be known
"""

import sys

if sys.platform == "win32":
    from kiosk.system.windows import (
        address,
        alive,
        boot_id,
        clock_synchronised,
        forget_address,
        has_avx512,
        kill_tree,
        open_private,
        private_folder,
        runtime_folder,
        since_start_ns,
        spawn_detached,
        sync_data,
        sync_folder,
        try_lock,
    )
else:
    from kiosk.system.posix import (
        address,
        alive,
        boot_id,
        clock_synchronised,
        forget_address,
        has_avx512,
        kill_tree,
        open_private,
        private_folder,
        runtime_folder,
        since_start_ns,
        spawn_detached,
        sync_data,
        sync_folder,
        try_lock,
    )

__all__ = [
    "address",
    "alive",
    "boot_id",
    "clock_synchronised",
    "forget_address",
    "has_avx512",
    "kill_tree",
    "open_private",
    "private_folder",
    "runtime_folder",
    "since_start_ns",
    "spawn_detached",
    "sync_data",
    "sync_folder",
    "try_lock",
]
