// why: a client is outside the engine; patience is measured on the machine's own clock
typealias Instant = ContinuousClock.Instant
