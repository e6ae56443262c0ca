"""Where schemagen works inside other programs: clients, test runners and servers. Each module is thin and stands alone."""
