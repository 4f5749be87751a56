import EventLog

/// The sagas of one page of a list, found by their rows, in the order they began or the other way round.
struct SagaScan {
    private let definition: String?
    private let places: ClosedRange<UInt64>?
    private let backwards: Bool
    private let limit: Int
    private var visited = 0
    private var last: UInt64
    private(set) var found: [(position: UInt64, id: String)] = []
    /// The `after` of the following page; nil when there is none.
    private(set) var next: UInt64?

    /// A page behind `after`, and of sagas that began at `end` or before.
    init(definition: String?, after: UInt64?, upTo end: UInt64?, backwards: Bool, limit: Int) {
        (self.definition, self.backwards, self.limit) = (definition, backwards, limit)
        let first = backwards ? 1 : (after ?? 0) + 1
        let final = min(end ?? .max, backwards ? max(after ?? .max, 1) - 1 : .max)
        places = first <= final ? first...final : nil
        last = after ?? 0
    }

    /// Looks at the rows of these states, or at all when none is named.
    mutating func run(_ states: [String], _ reader: any LogReader) throws {
        guard let places else { return }
        let start = backwards ? places.upperBound : places.lowerBound
        guard !states.isEmpty else {
            return try reader.visit(.sagas, from: SagaTables.rowKey(start), backwards: backwards) { key, value in
                take(SagaTables.position(rowKey: key), SagaRow(bytes: value))
            }
        }
        let positions = try states.flatMap { try rows(of: $0, from: start, reader) }
        for position in positions.sorted(by: backwards ? (>) : (<)) {
            let row = try reader.value(.sagas, SagaTables.rowKey(position)).flatMap(SagaRow.init(bytes:))
            if !take(position, row) { break }
        }
    }

    /// One more than are looked at, to tell whether a page follows.
    private func rows(of state: String, from start: UInt64, _ reader: any LogReader) throws -> [UInt64] {
        guard let first = SagaTables.stateKey(state, start) else { return [] }
        let most = definition == nil ? limit : QueryLimits.visited
        var positions: [UInt64] = []
        try reader.visit(.sagaStates, from: first, backwards: backwards) { key, _ in
            guard key.first == first.first, positions.count <= most else { return false }
            positions.append(SagaTables.number(key[1...]))
            return true
        }
        return positions
    }

    private mutating func take(_ position: UInt64, _ row: SagaRow?) -> Bool {
        guard places?.contains(position) ?? false else { return false }
        guard found.count < limit, visited < QueryLimits.visited else {
            next = last
            return false
        }
        visited += 1
        last = position
        if let row, definition == nil || row.definition == definition { found.append((position, row.id)) }
        return true
    }
}
