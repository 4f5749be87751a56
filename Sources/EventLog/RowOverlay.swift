/// A visit of a table's rows with later changes over them: both come in the order of the visit, and leave it as one.
public struct RowOverlay {
    private let backwards: Bool
    private let following: () -> ChangedRow?
    /// The next change, once it was asked for: whoever has seen enough shall not pay for it.
    private var change: ChangedRow?
    private var isAsked = false
    private var isOver = false

    /// `following` answers the next change, the first one from where the visit begins, each time it is called.
    public init(backwards: Bool, following: @escaping () -> ChangedRow?) {
        self.backwards = backwards
        self.following = following
    }

    /// Takes the next row of the table; false when the visitor has seen enough.
    public mutating func take(_ key: [UInt8], _ value: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) -> Bool {
        while !isOver, let change = next(), precedes(change.key, key) { showChange(visit) }
        if isOver { return false }
        if next()?.key == key { showChange(visit) } else { show(key, value, visit) }
        return !isOver
    }

    /// Shows what stands behind the table's last row.
    public mutating func finish(_ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        while !isOver, next() != nil { showChange(visit) }
    }

    private mutating func next() -> ChangedRow? {
        if !isAsked { (change, isAsked) = (following(), true) }
        return change
    }

    private mutating func showChange(_ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        guard let shown = change else { return }
        isAsked = false
        if let value = shown.value { show(shown.key, value, visit) }
    }

    private mutating func show(_ key: [UInt8], _ value: [UInt8], _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool) {
        isOver = !visit(key, value)
    }

    private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        backwards ? right.lexicographicallyPrecedes(left) : left.lexicographicallyPrecedes(right)
    }
}
