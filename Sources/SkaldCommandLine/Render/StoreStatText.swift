import EventLog
import EventLogLMDB
import Kernel

/// Sizes of a store.
struct StoreStatText {
    let stat: StoreStat

    var document: JSON {
        let tables = stat.tables.map { table -> JSON in
            ["table": .string(table.table), "rows": .int(Int64(table.rows)), "bytes": .int(Int64(table.bytes))]
        }
        return .object(JSONObject(uniqueKeysWithValues: facts(bytes: { .int(Int64($0)) }) + [("tables", .array(tables))]))
    }

    func rendered(_ style: Style) -> Rendered {
        let facts = JSONObject(uniqueKeysWithValues: facts(bytes: { .string(Plain.bytes($0)) }))
        var table = Table(["TABLE", "ROWS", "SIZE"])
        for row in stat.tables { table.add([.init(row.table), .init(String(row.rows)), .init(Plain.bytes(row.bytes))]) }
        return Rendered(lines: FactsText(facts: .object(facts)).rendered(style).lines + [""] + table.lines(style), hints: hints)
    }

    /// Else a young store with sagas that shows no row of any looks as if it had lost them.
    private var hints: [String] {
        guard stat.unfolded > 0 else { return [] }
        return [
            "unfolded: the newest \(stat.unfolded) of the log's entries; what came with them is not counted in the other tables yet"
        ]
    }

    private func facts(bytes: (Int) -> JSON) -> [(String, JSON)] {
        [
            ("store", .string(stat.identity.uuid)), ("created", .string(stat.identity.created.description)),
            ("format", .int(Int64(stat.format))), ("position", .int(Int64(clamping: stat.head.position))),
            ("entries", .int(Int64(stat.entries))), ("events", .int(Int64(clamping: stat.events))),
            ("unfolded", .int(Int64(stat.unfolded))), ("file", bytes(stat.fileBytes)),
            ("free_inside", bytes(stat.freeBytes)), ("space", .string(space)),
            ("readers", .array(stat.readers.map { .int(Int64($0)) })),
            ("oldest_reader_commits", .int(Int64(clamping: stat.oldestReaderCommits))),
        ]
    }

    private var space: String {
        switch stat.space {
        case .green: "green"
        case .amber: "amber"
        case .red: "red"
        }
    }
}
