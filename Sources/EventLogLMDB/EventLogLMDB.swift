// The EventLogLMDB module.
