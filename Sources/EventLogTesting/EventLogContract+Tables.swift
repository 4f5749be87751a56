import EventLog
import Kernel

extension EventLogContract {
    static let ofTables: [EventLogContract] = [
        EventLogContract("a receipt is found by its id until it expires") { log in
            var scribe = try LogScribe(log)
            let kept = try scribe.add(AggregateID("a", "1"), ["1"], id: "kept", receipt: LogScribe.receipt())
            try scribe.add(AggregateID("a", "1"), [], id: "gone", receipt: LogScribe.receipt("{}", code: "rejected"))
            try scribe.add(AggregateID("a", "1"), ["2"], id: "step without receipt")
            try scribe.write()
            try log.read { reader in
                try same(try reader.receipt("kept"), kept.key, "kept")
                try same(try reader.receipt("gone"), LogKey(position: 2, ordinal: 0), "gone, before")
                for missing in ["step without receipt", "", "never", String(repeating: "x", count: 700)] {
                    try require(try reader.receipt(missing) == nil, "\(missing) has a receipt")
                }
            }
            scribe.commit.expired = ["gone", "never"]
            let again = try scribe.add(AggregateID("a", "1"), ["3"], id: "kept", receipt: LogScribe.receipt())
            try scribe.write()
            try log.read { reader in
                try require(try reader.receipt("gone") == nil, "an expired receipt is found")
                try same(try reader.receipt("kept"), again.key, "the later one of an id used again")
                try require(try reader.entry(at: LogKey(position: 2, ordinal: 0)) != nil, "the entry went with its receipt")
            }
        },
        EventLogContract("an id that expires and is used in one commit has its new receipt") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "1"), ["1"], id: "id", receipt: LogScribe.receipt())
            try scribe.write()
            scribe.commit.expired = ["id"]
            let again = try scribe.add(AggregateID("a", "1"), ["2"], id: "id", receipt: LogScribe.receipt())
            try scribe.write()
            try same(try log.read { try $0.receipt("id") }, Optional(again.key), "receipt")
        },
        EventLogContract("rows are set, replaced and removed, and the later write of a commit wins") { log in
            var commit = Commit()
            commit.writes = [
                TableWrite(.server, key: [1], value: [1]), TableWrite(.server, key: [1], value: [2]),
                TableWrite(.server, key: [2], value: []), TableWrite(.server, key: [3], value: [3]),
                TableWrite(.server, key: [3], value: nil), TableWrite(.sagas, key: [1], value: [9]),
            ]
            try log.commit(commit)
            try log.read { reader in
                try same(try reader.value(.server, [1]), [2], "row 1")
                try same(try reader.value(.server, [2]), [], "row 2")
                try require(try reader.value(.server, [3]) == nil, "a removed row is there")
                try require(try reader.value(.server, []) == nil, "a row without a key is there")
                try same(try reader.value(.sagas, [1]), [9], "row 1 of another table")
            }
            commit.writes = [TableWrite(.server, key: [1], value: nil), TableWrite(.server, key: [7], value: nil)]
            try log.commit(commit)
            try require(try log.read { try $0.value(.server, [1]) } == nil, "row 1 is there after its removal")
        },
        EventLogContract("every table keeps its own rows, in byte order, and is read both ways") { log in
            var commit = Commit()
            let keys: [[UInt8]] = [[0, 9], [0xFF], [1], [0xFF, 0], [1, 0], [2]]
            for table in Table.allCases {
                for key in keys { commit.writes.append(TableWrite(table, key: key, value: key + [table.rawValue])) }
            }
            try log.commit(commit)
            let sorted: [[UInt8]] = [[0, 9], [1], [1, 0], [2], [0xFF], [0xFF, 0]]
            try log.read { reader in
                for table in Table.allCases {
                    try same(try rows(reader, table, from: []), sorted, "\(table)")
                    try same(try rows(reader, table, from: [1]), Array(sorted[1...]), "\(table) from 1")
                    try same(try rows(reader, table, from: [1, 1]), Array(sorted[3...]), "\(table) from a key that is not there")
                    try same(try rows(reader, table, from: [0xFF, 1]), [], "\(table) from behind the last")
                    let last = [UInt8](repeating: 0xFF, count: 500)
                    try same(
                        try rows(reader, table, from: last, backwards: true), sorted.reversed(), "\(table) back from the end")
                    try same(try rows(reader, table, from: [1, 1], backwards: true), [[1, 0], [1], [0, 9]], "\(table) back")
                    try same(try rows(reader, table, from: [], backwards: true), [], "\(table) back from nothing")
                }
            }
        },
        EventLogContract("large values and long keys are kept whole") { log in
            var scribe = try LogScribe(log)
            let body = String(repeating: "0123456789", count: 100_000)
            let aggregate = AggregateID(String(repeating: "t", count: 63), String(repeating: "k", count: 255))
            try scribe.add(aggregate, [body, "1"], id: String(repeating: "i", count: 500), receipt: LogScribe.receipt(body))
            let key = [UInt8](repeating: 5, count: 500)
            scribe.commit.writes = [TableWrite(.snapshots, key: key, value: Array(body.utf8))]
            let written = try scribe.write()
            try log.read { reader in
                try same(try stream(reader, aggregate, from: 1) == written, true, "the entry is the one written")
                try same(try reader.receipt(String(repeating: "i", count: 500)), written[0].key, "receipt")
                try same(try reader.value(.snapshots, key)?.count, body.utf8.count, "value")
            }
        },
    ]

    static func rows(_ reader: any LogReader, _ table: Table, from key: [UInt8], backwards: Bool = false) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        var whole = true
        try reader.visit(table, from: key, backwards: backwards) { key, value in
            found.append(key)
            whole = whole && value == key + [table.rawValue]
            return true
        }
        try require(whole, "\(table) has a value of another row")
        return found
    }
}
