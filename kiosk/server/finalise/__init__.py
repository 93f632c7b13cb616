"""From chunks that arrived to a recording that is stored: verified, merged, made playable, signed for.

worker.py     the process: claims recordings one by one and works on them
work.py       the steps of one recording; killed at any point, they are done again with the same end
stored.py     bytes in the storage: read, hash, put, remove; its errors in our words
limited.py    the process in which FFmpeg touches what arrived, with limits on memory, time and files
playable.py   starts that process and says in plain words how it ended
live.py       what can be watched before all has arrived
receipts.py   makes receipts, and checks what they promise again
erase.py      deletes everything of a session or a person
package.py    everything of a person as one archive
"""
