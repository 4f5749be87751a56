// The SkaldClient module.
