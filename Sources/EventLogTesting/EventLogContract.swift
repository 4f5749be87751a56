public import EventLog
import Kernel

/// What every store must do, as sentences to be shown of an empty one. A store's own test is one line:
///
///     @Test(arguments: EventLogContract.all) func contract(_ fact: EventLogContract) throws { try fact.show(makeLog()) }
public struct EventLogContract: Sendable, CustomStringConvertible {
    public let description: String
    private let run: @Sendable (any EventLog) throws -> Void

    /// Throws a `ContractViolation`, or what the store threw.
    public func show(_ empty: any EventLog) throws { try run(empty) }

    init(_ description: String, _ run: @escaping @Sendable (any EventLog) throws -> Void) {
        self.description = description
        self.run = run
    }

    public static let all: [EventLogContract] = ofLog + ofStreams + ofTables

    static func require(_ condition: Bool, _ what: String) throws {
        if !condition { throw ContractViolation(what) }
    }

    static func same<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
        if found != wanted { throw ContractViolation("\(what): found \(found), wanted \(wanted)") }
    }
}
