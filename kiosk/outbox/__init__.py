"""Sends what is durable to the server, until the server's receipt says that it is stored. The only room
with a network.
"""
