public import Kernel

/// What a worker stood and what it did not, action by action.
public struct CheckReport: Sendable, Equatable {
    public struct Part: Sendable, Equatable {
        public var subject: CheckOptions.Subject
        public var rows: [CheckRow]

        public init(_ subject: CheckOptions.Subject, _ rows: [CheckRow]) {
            self.subject = subject
            self.rows = rows
        }
    }

    public var endpoint: String
    public var parts: [Part]

    public init(endpoint: String, parts: [Part]) {
        self.endpoint = endpoint
        self.parts = parts
    }

    public func count(_ verdict: CheckRow.Verdict) -> Int {
        parts.reduce(0) { $0 + $1.rows.count { $0.verdict == verdict } }
    }

    public var isGood: Bool { count(.failed) == 0 }

    public var json: JSON {
        [
            "endpoint": .string(endpoint), "actions": .array(parts.map(Self.json)), "passed": .int(Int64(count(.ok))),
            "failed": .int(Int64(count(.failed))), "not_run": .int(Int64(count(.notRun))),
        ]
    }

    private static func json(_ part: Part) -> JSON {
        [
            "action": .string(part.subject.action), "undo": text(part.subject.undo), "probe": text(part.subject.probe),
            "checks": .array(part.rows.map(\.json)),
        ]
    }

    private static func text(_ name: String?) -> JSON { name.map { .string($0) } ?? .null }
}
