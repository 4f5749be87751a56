/// What one seed did.
public struct SimulationReport: Sendable {
    public let seed: UInt64
    /// SHA-256 over every entry of the log and every reply, in order: the same in every process.
    public let hash: [UInt8]
    /// Messages that clients sent.
    public let operations: Int
    public let sagas: Int
    public let entries: Int
    /// Starts of the server, the first one counted.
    public let starts: Int
    public let coverage: Coverage
}
