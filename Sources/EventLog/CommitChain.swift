/// One link of the chain over all commits: value n is SHA-256(value n-1 ‖ what is under the chain of each of its records).
///
/// Under the chain is a record's header, which ends with the digest of its bodies. A changed, lost, added or moved record
/// therefore changes every value behind it, while a body may one day give way to a tombstone that keeps the digest.
public struct CommitChain {
    /// What the first link follows.
    public static let start = [UInt8](repeating: 0, count: SHA256.byteCount)

    private var hash = SHA256()

    public init(after value: [UInt8]) { hash.update(value) }

    /// Adds the next record of the commit; false, and nothing added, when it is too broken to have a header.
    @inline(__always)
    public mutating func add(_ record: UnsafeRawBufferPointer) -> Bool {
        guard let covered = RecordLayout.underChain(record) else { return false }
        hash.update(covered)
        return true
    }

    /// The value of this commit; the link is spent.
    public mutating func value() -> [UInt8] { hash.finish() }
}
