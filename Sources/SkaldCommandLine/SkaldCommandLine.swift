// The SkaldCommandLine module.
