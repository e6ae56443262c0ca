"""Responses checked where they happen: in a client, a test, a server or on the way between them.

Whatever sees responses makes exchanges of them (`responses`), has them judged (`checker`) and says what is to happen
with what was found (`reactions`). Knows no client and no server by import.
"""
