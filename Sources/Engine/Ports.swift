public import Kernel

/// The time, asked for once a batch. The real one is in `Server`, a virtual one in tests and the simulator.
public protocol Clock: Sendable {
    /// Wall time. May jump; the engine never writes a time before that of the last entry.
    func now() -> Timestamp
    /// Milliseconds since some moment, for how long a thing took: asked for twice with every command, so cheap before exact.
    var uptime: Int64 { get }
}

extension Clock {
    public var uptime: Int64 { now().milliseconds }
}

/// Randomness for ids and jitter; never for decisions.
public protocol Entropy: Sendable {
    /// Uniform over all values.
    func next() -> UInt64
}
