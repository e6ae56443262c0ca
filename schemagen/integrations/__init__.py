"""Where schemagen works inside other programs: test runners and servers. Each module is thin and stands alone."""
