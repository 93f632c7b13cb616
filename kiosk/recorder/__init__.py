"""The recorder process: wires capture → mix → encode → files, listens for commands; and its client.

No Qt, no SQL.
"""
