/// A visit of a table's rows with later changes over them: both come in the order of the visit, and leave it as one.
public struct RowOverlay {
    private let backwards: Bool
    private let following: () -> ChangedRow?
    private var change: ChangedRow?
    private var isOver = false

    /// `following` answers the next change, the first one from where the visit begins, each time it is called.
    public init(backwards: Bool, following: @escaping () -> ChangedRow?) {
        self.backwards = backwards
        self.following = following
        change = following()
    }

    /// Takes the next row of the table; false when the visitor has seen enough.
    public mutating func take(_ key: [UInt8], _ value: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) -> Bool {
        while let change, precedes(change.key, key), !isOver { showChange(visit) }
        if change?.key == key { showChange(visit) } else { show(key, value, visit) }
        return !isOver
    }

    /// Shows what stands behind the table's last row.
    public mutating func finish(_ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        while change != nil, !isOver { showChange(visit) }
    }

    private mutating func showChange(_ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        guard let shown = change else { return }
        change = following()
        if let value = shown.value { show(shown.key, value, visit) }
    }

    private mutating func show(_ key: [UInt8], _ value: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        if !isOver { isOver = !visit(key, value) }
    }

    private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        backwards ? right.lexicographicallyPrecedes(left) : left.lexicographicallyPrecedes(right)
    }
}
