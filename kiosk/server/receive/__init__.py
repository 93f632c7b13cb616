"""The kiosk's API, exactly as `kiosk.contract.wire` says: enrol, open, chunks, complete, receipt, heartbeat.

Nothing of a request that is refused is stored, and nothing is acknowledged before it is durable.
"""
