"""One module per command, each with the click command `command`, imported when it is first asked for."""
