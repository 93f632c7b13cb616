"""What differs between operating systems, in one place: durability, folders, processes, sockets. POSIX and Windows."""
