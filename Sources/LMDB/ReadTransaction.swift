import CLMDB

/// A consistent view, lent by `Environment.read`. Not Sendable; using it after its closure has ended is a programming error
/// and stops the process, since the pages it showed may be gone.
public class ReadTransaction {
    let environment: Environment
    @exclusivity(unchecked)
    private var lent: OpaquePointer?

    convenience init(_ environment: Environment) throws(LMDBError) {
        try self.init(environment, flags: UInt32(bitPattern: MDB_RDONLY))
    }

    init(_ environment: Environment, flags: UInt32) throws(LMDBError) {
        self.environment = environment
        try check(mdb_txn_begin(environment.handle, nil, flags, &lent))
    }

    var handle: OpaquePointer {
        guard let lent else { preconditionFailure("An LMDB transaction was used after the closure it was lent to") }
        return lent
    }

    var isLent: Bool { lent != nil }
    /// Whether LMDB closes a transaction's cursors when it ends.
    class var closesItsCursors: Bool { false }

    /// Takes the handle back, whoever still holds this object.
    func takeBack() -> OpaquePointer? {
        defer { lent = nil }
        return lent
    }

    /// A view ends by "commit", so that tables it opened stay open.
    func end() {
        if let handle = takeBack() { mdb_txn_commit(handle) }
    }

    /// Rises with every commit; two views with the same one show the same.
    public var id: UInt64 { UInt64(truncatingIfNeeded: mdb_txn_id(handle)) }

    /// The table of that name, or nil when it was never made.
    public func database(_ name: String, _ kind: Database.Kind = .plain) throws(LMDBError) -> Database? {
        var opened: MDB_dbi = 0
        return try found(mdb_dbi_open(handle, name, kind.flags, &opened)) ? Database(handle: opened) : nil
    }

    /// How a table is sorted, as the data has it.
    public func kind(of database: Database) throws(LMDBError) -> Database.Kind? {
        var flags: UInt32 = 0
        try check(mdb_dbi_flags(handle, database.handle, &flags))
        return [Database.Kind.plain, .fixedDuplicates].first { $0.flags == flags }
    }

    /// The value of a key (among duplicates the first), valid until the transaction ends or writes.
    @inline(__always)
    public func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes? {
        var key = MDB_val(key)
        var value = MDB_val()
        return try found(mdb_get(handle, database.handle, &key, &value)) ? value.bytes : nil
    }

    public func cursor(_ database: Database) throws(LMDBError) -> Cursor { try Cursor(self, database) }

    public func statistics(_ database: Database) throws(LMDBError) -> DatabaseStatistics {
        var status = MDB_stat()
        try check(mdb_stat(handle, database.handle, &status))
        let pages = status.ms_branch_pages + status.ms_leaf_pages + status.ms_overflow_pages
        return DatabaseStatistics(
            entries: status.ms_entries, depth: Int(status.ms_depth), pages: pages, bytes: pages * Int(status.ms_psize))
    }

    /// Pages from `first` on that hold nothing and will be written before the file grows. Walks the list of them.
    public func freePages(from first: Int = 0) throws(LMDBError) -> Int {
        var pages = 0
        let cursor = try Cursor(self, Database(handle: 0))
        while let row = try cursor.next() {
            // Each row of the free list is the number of page numbers in it, then those. A damaged one may claim any number.
            guard let claimed = row.value.number(0) else { continue }
            let held = min(claimed, UInt(row.value.count / 8 - 1))
            guard first > 0 else {
                pages += Int(held)
                continue
            }
            for index in 0..<Int(held) where row.value.number(1 + index).map({ $0 >= first }) ?? false { pages += 1 }
        }
        return pages
    }

    /// The page that holds the first of the tables' names: a page begins with its own number. Nil without tables.
    private func rootPage() throws(LMDBError) -> UInt? {
        let cursor = try Cursor(self, Database(handle: 1))
        guard let row = try cursor.first() else { return nil }
        let address = UInt(bitPattern: row.key.baseAddress)
        let page = address - address % UInt(try environment.information().pageSize)
        return UnsafeRawPointer(bitPattern: page)?.load(as: UInt.self)
    }

    /// Whether the list of free pages can be what LMDB wrote: in each row page numbers that fall, of pages the file has, none of
    /// them twice, and none in use as the root. A writer that followed another list would write over pages in use.
    public func areFreePagesSound(of pagesUsed: Int) throws(LMDBError) -> Bool {
        var all: [UInt] = []
        let cursor = try Cursor(self, Database(handle: 0))
        while let row = try cursor.next() {
            guard let count = row.value.number(0), count < row.value.count / 8 else { return false }
            var above = UInt(bitPattern: pagesUsed)
            for index in 0..<Int(count) {
                guard let page = row.value.number(1 + index), page < above, page > 1 else { return false }
                all.append(page)
                above = page
            }
        }
        // Where all tables are found by name: a free one is that of an older state, whole and wrong.
        if let root = try rootPage(), all.contains(root) { return false }
        all.sort()
        return zip(all, all.dropFirst()).allSatisfy { $0 != $1 }
    }
}

extension Bytes {
    /// The n-th machine word; nil behind the end.
    fileprivate func number(_ index: Int) -> UInt? {
        (index + 1) * 8 <= count ? loadUnaligned(fromByteOffset: index * 8, as: UInt.self) : nil
    }
}
