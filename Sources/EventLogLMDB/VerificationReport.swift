/// What a verification looked at and what it found.
public struct VerificationReport: Sendable, Equatable {
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// A file, an entry by its position, a stream, a receipt or a table's row.
        public var place: String
        public var what: String

        public var description: String { "\(place): \(what)" }
    }

    /// The first ones found.
    public private(set) var problems: [Problem] = []
    /// All found, those not kept among them.
    public private(set) var problemCount = 0
    /// Only the end of the log was looked at.
    public let isFast: Bool
    public internal(set) var entries = 0
    public internal(set) var events: UInt64 = 0
    public internal(set) var commits = 0
    public internal(set) var streams = 0
    public internal(set) var receipts = 0
    /// Rows of the tables beside the log.
    public internal(set) var rows = 0

    public var isGood: Bool { problemCount == 0 }

    init(isFast: Bool) { self.isFast = isFast }

    mutating func add(_ place: String, _ what: String) {
        problemCount += 1
        if problems.count < Limits.problems { problems.append(Problem(place: place, what: what)) }
    }
}
