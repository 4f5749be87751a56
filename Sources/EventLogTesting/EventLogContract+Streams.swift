import EventLog
import Kernel

extension EventLogContract {
    static let ofStreams: [EventLogContract] = [
        EventLogContract("all events of one command stand together with contiguous versions (ES-10)") { log in
            let account = AggregateID("account", "a")
            var scribe = try LogScribe(log)
            for count in [3, 1, 2] { try scribe.add(account, (0..<count).map { "{\"n\":\($0)}" }, receipt: LogScribe.receipt()) }
            let written = try scribe.write()
            try same(written.map(\.firstVersion), [1, 4, 5], "first versions")
            try log.read { reader in
                try same(try stream(reader, account, from: 0), written, "stream")
                try same(try reader.stream(account), StreamHead(version: 6, position: 6, entryPosition: 5), "head")
                try same(written.map(\.previous), [0, 1, 4], "previous")
            }
        },
        EventLogContract("a stream is read from any version, both ways") { log in
            let wanted = AggregateID("a", "wanted")
            var scribe = try LogScribe(log)
            var mine: [Entry] = []
            for number in 0..<40 {
                try scribe.add(AggregateID("a", "before"), ["0"])
                mine.append(try scribe.add(wanted, (0...number % 3).map { "\($0)" }))
                try scribe.add(wanted, [], receipt: LogScribe.receipt())
                try scribe.add(AggregateID("a", "wanted2"), ["0"])
                if number % 9 == 0 { try scribe.write() }
            }
            try scribe.write()
            try log.read { reader in
                for version in 0...(mine[39].lastVersion + 2) {
                    let forwards = mine.filter { $0.lastVersion >= version }
                    try same(try stream(reader, wanted, from: version), forwards, "from \(version)")
                    let backwards = Array(mine.filter { $0.firstVersion <= version }.reversed())
                    try same(try stream(reader, wanted, from: version, backwards: true), backwards, "back from \(version)")
                }
                try same(try stream(reader, wanted, from: .max, backwards: true), mine.reversed(), "back from the end")
            }
        },
        EventLogContract("a stream of one entry is read like any other") { log in
            let one = AggregateID("a", "one")
            var scribe = try LogScribe(log)
            try scribe.add(one, ["1", "2"])
            let written = try scribe.write()
            try log.read { reader in
                for version in UInt64(0)...2 { try same(try stream(reader, one, from: version), written, "from \(version)") }
                try same(try stream(reader, one, from: 3), [], "from 3")
                for version in UInt64(1)...3 {
                    try same(try stream(reader, one, from: version, backwards: true), written, "back")
                }
                try same(try stream(reader, one, from: 0, backwards: true), [], "back from 0")
            }
        },
        EventLogContract("an aggregate without events has no stream") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "refused"), [], receipt: LogScribe.receipt("{}", code: "rejected"))
            try scribe.write()
            try log.read { reader in
                for missing in [
                    AggregateID("a", "refused"), AggregateID("b", ""), AggregateID("a", String(repeating: "k", count: 600)),
                ] {
                    try require(try reader.stream(missing) == nil, "\(missing) has a head")
                    try same(try stream(reader, missing, from: 0), [], "\(missing)")
                    try same(try stream(reader, missing, from: .max, backwards: true), [], "\(missing)")
                }
            }
        },
        EventLogContract("keys of a type are listed in byte order, and of that type only") { log in
            var scribe = try LogScribe(log)
            for key in ["b", "ä", "a", "a/b", "Z", "aa"] {
                try scribe.add(AggregateID("acc", key), ["1"])
                try scribe.add(AggregateID("acc", key), ["2"])
                try scribe.add(AggregateID("account", "other-\(key)"), ["1"])
            }
            try scribe.write()
            try log.read { reader in
                try same(try keys(reader, "acc", after: nil), ["Z", "a", "a/b", "aa", "b", "ä"], "keys")
                try same(try keys(reader, "acc", after: "a"), ["a/b", "aa", "b", "ä"], "keys after a")
                try same(try keys(reader, "acc", after: "a0"), ["aa", "b", "ä"], "keys after one that is not there")
                try same(try keys(reader, "acc", after: "ä"), [], "keys after the last")
                try same(try keys(reader, "ac", after: nil), [], "keys of a type that is not there")
                try same(try keys(reader, "account", after: nil).count, 6, "keys of the other type")
            }
        },
        EventLogContract("keys that differ in bytes are different aggregates, though they may look the same") { log in
            let composed = AggregateID("a", "caf\u{E9}")
            let decomposed = AggregateID("a", "cafe\u{301}")
            var scribe = try LogScribe(log)
            try scribe.add(composed, ["1", "2"], id: composed.key, receipt: LogScribe.receipt())
            try scribe.write()
            try log.read { reader in
                try require(try reader.stream(decomposed) == nil, "the decomposed key has a stream")
                try require(try reader.receipt(decomposed.key) == nil, "the decomposed id has a receipt")
                try same(try reader.stream(composed)?.version, 2, "version of the composed key")
            }
        },
    ]

    static func stream(_ reader: any LogReader, _ aggregate: AggregateID, from version: UInt64, backwards: Bool = false) throws
        -> [Entry]
    {
        var found: [Entry] = []
        try reader.visitStream(aggregate, from: version, backwards: backwards) { entry in
            found.append(entry)
            return true
        }
        return found
    }

    static func keys(_ reader: any LogReader, _ type: String, after key: String?) throws -> [String] {
        var found: [String] = []
        try reader.visitKeys(ofType: type, after: key) { key in
            found.append(key)
            return true
        }
        return found
    }
}
