"""Large recordings: runs of entries are judged one by one, in this process or in several, and added up.

A run knows nothing of what comes before it; its numbers come right when the outcomes are put together in their order. So
the report is the same however the work is done.
"""
