public import Kernel

/// The store as it will be when the commit on its way is durable: what the store holds, and that commit over it.
///
/// When the commit has landed before this view was taken, its entries are found in the store, and its rows are the same twice.
public struct PendingReader: LogReader {
    private let base: any LogReader
    private let pending: PendingCommit
    private let isBehind: Bool

    public init(_ base: any LogReader, _ pending: PendingCommit) {
        (self.base, self.pending) = (base, pending)
        isBehind = pending.isBehind(base.head)
    }

    public var head: LogHead { isBehind ? pending.head : base.head }

    public func entry(at key: LogKey) throws(LogFailure) -> Entry? {
        if isBehind, let entry = pending.entry(at: key) { return entry }
        return try base.entry(at: key)
    }

    public func stream(_ aggregate: AggregateID) throws(LogFailure) -> StreamHead? {
        if isBehind, let last = pending.indices(of: aggregate).last { return StreamHead(pending.records.entry(last)) }
        return try base.stream(aggregate)
    }

    public func receipt(_ id: String) throws(LogFailure) -> LogKey? {
        if isBehind, let key = pending.receipt(id) { return key }
        return isBehind && pending.isExpired(id) ? nil : try base.receipt(id)
    }

    public func value(_ table: Table, _ key: [UInt8]) throws(LogFailure) -> [UInt8]? {
        if let row = pending.row(table, key) { return row.value }
        return try base.value(table, key)
    }
}

extension PendingReader {
    public func visitLog(from position: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure) {
        guard isBehind else { return try base.visitLog(from: position, backwards: backwards, visit) }
        var isOver = false
        func goOn(_ entry: Entry) -> Bool {
            isOver = !visit(entry)
            return !isOver
        }
        if backwards {
            for index in pending.records.indices.reversed() where pending.records.key(index).position <= position {
                if !goOn(pending.records.entry(index)) { return }
            }
            return try base.visitLog(from: position, backwards: true, goOn)
        }
        if let holder = pending.index(holding: position) {
            for index in holder..<pending.records.count where !goOn(pending.records.entry(index)) { return }
            return
        }
        try base.visitLog(from: position, backwards: false, goOn)
        for index in pending.records.indices where !isOver && pending.records.key(index).position >= position {
            _ = goOn(pending.records.entry(index))
        }
    }

    public func visitLog(after key: LogKey?, _ visit: (Entry) -> Bool) throws(LogFailure) {
        guard isBehind else { return try base.visitLog(after: key, visit) }
        var isOver = false
        try base.visitLog(after: key) { entry in
            isOver = !visit(entry)
            return !isOver
        }
        for index in pending.records.indices where !isOver && key.map({ $0 < pending.records.key(index) }) ?? true {
            isOver = !visit(pending.records.entry(index))
        }
    }

    public func visitStream(_ aggregate: AggregateID, from version: UInt64, backwards: Bool, _ visit: (Entry) -> Bool) throws(LogFailure)
    {
        let added = isBehind ? pending.indices(of: aggregate).map { pending.records.entry($0) } : []
        guard !added.isEmpty else { return try base.visitStream(aggregate, from: version, backwards: backwards, visit) }
        if backwards {
            for entry in added.reversed() where entry.firstVersion <= version && !visit(entry) { return }
            return try base.visitStream(aggregate, from: version, backwards: true, visit)
        }
        var isOver = false
        // A store that ends before `version` has nothing to visit, which is no error here.
        if let last = try base.stream(aggregate), last.version >= version {
            try base.visitStream(aggregate, from: version, backwards: false) { entry in
                isOver = !visit(entry)
                return !isOver
            }
        }
        for entry in added where !isOver && entry.lastVersion >= version { isOver = !visit(entry) }
    }

    public func visitKeys(ofType type: String, after key: String?, _ visit: (String) -> Bool) throws(LogFailure) {
        var added = (isBehind ? pending.keys(ofType: type) : [])[...]
        if let key { added = added.drop { !key.utf8.lexicographicallyPrecedes($0.utf8) } }
        var isOver = false
        try base.visitKeys(ofType: type, after: key) { found in
            while !isOver, let next = added.first, next.utf8.lexicographicallyPrecedes(found.utf8) {
                isOver = !visit(added.removeFirst())
            }
            if added.first?.hasBytes(of: found) == true { added.removeFirst() }
            if !isOver { isOver = !visit(found) }
            return !isOver
        }
        for key in added where !isOver { isOver = !visit(key) }
    }

    public func visit(_ table: Table, from key: [UInt8], backwards: Bool, _ visit: (_ key: [UInt8], _ value: [UInt8]) -> Bool)
        throws(LogFailure)
    {
        let rows = pending.rows(table)
        // What lies before the start of the visit is none of it.
        var changes = (backwards ? rows.reversed() : rows).drop { row in
            backwards ? key.lexicographicallyPrecedes(row.key) : row.key.lexicographicallyPrecedes(key)
        }
        var overlay = RowOverlay(backwards: backwards) { changes.popFirst() }
        try base.visit(table, from: key, backwards: backwards) { overlay.take($0, $1, visit) }
        overlay.finish(visit)
    }
}
