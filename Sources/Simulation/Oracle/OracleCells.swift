/// All cells that have an event; every other one is at value 0 and version 0.
struct OracleCells: Sendable {
    private(set) var pictures: [String: CellPicture] = [:]

    mutating func run(_ command: CellCommand, on name: String, expected: UInt64?) -> OracleVerdict {
        let cell = pictures[name] ?? CellPicture()
        if let expected, expected != cell.version { return .refused("conflict") }
        switch command {
        case .add(let n): return change(name, by: n, events: 1)
        case .take(let n): return change(name, by: -n, events: 1)
        case .split(let n): return change(name, by: n, events: UInt64(n))
        case .touch: return .accepted(cell)
        case .refuse: return .refused("no")
        case .break: return .refused("handler_failed")
        }
    }

    private mutating func change(_ name: String, by difference: Int64, events: UInt64) -> OracleVerdict {
        let cell = pictures[name] ?? CellPicture()
        // Compared this way round because a huge number must not overflow.
        if difference > CellCommand.capacity - cell.value { return .refused("full") }
        if difference < -cell.value { return .refused("empty") }
        let after = CellPicture(value: cell.value + difference, version: cell.version + events)
        pictures[name] = after
        return .accepted(after)
    }
}
