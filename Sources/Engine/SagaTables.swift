import EventLog
package import Kernel
import SagaModel

/// Keys and rows of the tables that find sagas. All of them are caches: a walk over the log can rebuild them.
package enum SagaTables {
    static let type = "$saga"

    package static func stream(_ id: String) -> AggregateID { AggregateID(type, id) }

    /// due time (8 bytes, big-endian), saga id.
    package static func timerKey(_ due: Int64, _ id: String) -> [UInt8] { bigEndian(UInt64(max(0, due))) + Array(id.utf8) }

    package static func timer(_ key: [UInt8]) -> (due: Int64, id: String)? {
        guard key.count > 8 else { return nil }
        return (Int64(clamping: number(key[0..<8])), String(decoding: key[8...], as: UTF8.self))
    }

    /// Position of the saga's first event (8 bytes, big-endian): oldest first.
    package static func rowKey(_ start: UInt64) -> [UInt8] { bigEndian(start) }
    package static func position(rowKey: [UInt8]) -> UInt64 { number(rowKey[...]) }

    /// Order number of the state, position of the saga's first event.
    package static func stateKey(_ state: String, _ start: UInt64) -> [UInt8]? {
        guard let order = shownStates.firstIndex(of: state) else { return nil }
        var key: [UInt8] = []
        key.reserveCapacity(1 + MemoryLayout<UInt64>.size)
        key.append(UInt8(order))
        withUnsafeBytes(of: start.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    /// The states that lists show; their order is stored, so new ones go to the end.
    package static let shownStates = ["running", "compensating", "completed", "compensated", "terminated", "stuck"]
    /// Those of sagas that have not ended.
    static let liveStates = ["running", "compensating", "stuck"]

    package static func businessKey(_ definition: String, _ key: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(definition.utf8.count + 1 + key.utf8.count)
        bytes.append(contentsOf: definition.utf8)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: key.utf8)
        return bytes
    }

    package static func bigEndian(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    package static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

/// A saga's row for lists: enough to filter by; the rest is folded from its events.
package struct SagaRow: Equatable {
    package let id: String
    package let definition: String
    package let state: String

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(definition.utf8.count + state.utf8.count + id.utf8.count + 2)
        bytes.append(contentsOf: definition.utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: state.utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: id.utf8)
        return bytes
    }

    init(id: String, definition: String, state: String) {
        self.id = id
        self.definition = definition
        self.state = state
    }

    /// No part can hold a space.
    package init?(bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count == 3 else { return nil }
        self.init(id: String(words[2]), definition: String(words[0]), state: String(words[1]))
    }
}
