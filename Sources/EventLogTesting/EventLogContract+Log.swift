import EventLog
import Kernel

extension EventLogContract {
    static let ofLog: [EventLogContract] = [
        EventLogContract("an empty log has nothing in it") { log in
            try log.read { reader in
                try same(reader.head, .empty, "head")
                try same(try entries(reader, from: 0), [], "entries")
                try same(try entries(reader, from: .max, backwards: true), [], "entries from the end")
                try same(try entries(reader, after: nil), [], "entries behind nothing")
                try require(try reader.entry(at: LogKey(position: 1, ordinal: 0)) == nil, "an entry was found")
            }
        },
        EventLogContract("an entry is read back with every field as written") { log in
            var scribe = try LogScribe(log)
            let cause = Cause(
                command: "id-1", correlation: "saga-1", causation: "", actor: "ålice", attempt: 3, epoch: 9,
                headers: [.init(name: "traceparent", value: "00-1"), .init(name: "x-empty", value: "")])
            try scribe.add(AggregateID("account", "a/1 ü"), ["{\"a\":1}", "", "[]"], receipt: LogScribe.receipt(), cause: cause)
            try scribe.add(AggregateID("account", "a/1 ü"), [], receipt: LogScribe.receipt("{\"m\":2}", code: "rejected"))
            try scribe.add(AggregateID("$definition", "trip"), [], receipt: nil, cause: Cause(command: ""))
            let written = try scribe.write()
            try log.read { reader in
                try same(try entries(reader, from: 0), written, "entries")
                for entry in written { try same(try reader.entry(at: entry.key), entry, "entry \(entry.key)") }
            }
        },
        EventLogContract("the head follows events and entries without events") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "1"), [], receipt: LogScribe.receipt())
            try scribe.add(AggregateID("a", "1"), ["1", "2", "3"])
            try scribe.add(AggregateID("a", "1"), [], receipt: LogScribe.receipt())
            try scribe.add(AggregateID("a", "1"), [], receipt: LogScribe.receipt())
            try scribe.write()
            let wanted = LogHead(position: 3, next: LogKey(position: 4, ordinal: 2), time: Timestamp(milliseconds: 4))
            try same(try log.read { $0.head }, wanted, "head")
            scribe.commit.writes = [TableWrite(.server, key: [1], value: [2])]
            try scribe.write()
            try same(try log.read { $0.head }, wanted, "head after a commit without entries")
        },
        EventLogContract("what was stored stays as it was, however much follows (ES-11)") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "first"), ["{\"x\":1}", "{\"x\":2}"], receipt: LogScribe.receipt())
            let first = try scribe.write()
            let before = try log.read { try $0.entry(at: first[0].key) }.map { EntryCodec.encode($0) }
            for number in 0..<200 {
                try scribe.add(AggregateID("a", number % 2 == 0 ? "first" : "other-\(number)"), ["{\"n\":\(number)}"])
                if number % 7 == 0 { try scribe.write() }
            }
            try scribe.write()
            let after = try log.read { try $0.entry(at: first[0].key) }.map { EntryCodec.encode($0) }
            try same(after, before, "bytes of the first entry")
            try same(try log.read { try entries($0, from: 0).count }, 201, "entries")
        },
        EventLogContract("reading from a position begins with the entry that holds it") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "1"), [])
            try scribe.add(AggregateID("a", "1"), ["1", "2", "3"])
            try scribe.add(AggregateID("a", "2"), [])
            try scribe.add(AggregateID("a", "2"), ["4"])
            try scribe.add(AggregateID("a", "3"), [])
            let all = try scribe.write()
            try log.read { reader in
                try same(try entries(reader, from: 0), all, "from 0")
                for position in UInt64(1)...3 {
                    try same(try entries(reader, from: position), Array(all[1...]), "from \(position)")
                    try same(try entries(reader, from: position, backwards: true), [all[1], all[0]], "back from \(position)")
                }
                try same(try entries(reader, from: 4), Array(all[3...]), "from 4")
                try same(try entries(reader, from: 5), [all[4]], "from 5")
                try same(try entries(reader, from: 6), [], "from 6")
                try same(try entries(reader, from: .max, backwards: true), all.reversed(), "back from the end")
                try same(try entries(reader, from: 0, backwards: true), [], "back from 0")
            }
        },
        EventLogContract("reading behind an entry begins with the next") { log in
            var scribe = try LogScribe(log)
            for number in 0..<5 { try scribe.add(AggregateID("a", "1"), number % 2 == 0 ? [] : ["1", "2"]) }
            let all = try scribe.write()
            try log.read { reader in
                try same(try entries(reader, after: nil), all, "behind nothing")
                for index in all.indices {
                    try same(try entries(reader, after: all[index].key), Array(all[(index + 1)...]), "behind \(all[index].key)")
                }
                try same(try entries(reader, after: LogKey(position: 0, ordinal: 3)), all, "behind a key that is not there")
            }
        },
        EventLogContract("a visitor that returns false is called no more") { log in
            var scribe = try LogScribe(log)
            for _ in 0..<3 { try scribe.add(AggregateID("a", "1"), ["1"], receipt: LogScribe.receipt()) }
            scribe.commit.writes = [TableWrite(.timers, key: [1], value: []), TableWrite(.timers, key: [2], value: [])]
            try scribe.write()
            try log.read { reader in
                var calls = 0
                func once() -> Bool {
                    calls += 1
                    return false
                }
                try reader.visitLog(from: 0, backwards: false) { _ in once() }
                try reader.visitLog(from: .max, backwards: true) { _ in once() }
                try reader.visitLog(after: nil) { _ in once() }
                try reader.visitStream(AggregateID("a", "1"), from: 0, backwards: false) { _ in once() }
                try reader.visitStream(AggregateID("a", "1"), from: .max, backwards: true) { _ in once() }
                try reader.visitKeys(ofType: "a", after: nil) { _ in once() }
                try reader.visit(.timers, from: [], backwards: false) { _, _ in once() }
                try same(calls, 7, "calls")
            }
        },
        EventLogContract("a reader's view does not move while commits go on") { log in
            var scribe = try LogScribe(log)
            try scribe.add(AggregateID("a", "1"), ["1"], id: "one", receipt: LogScribe.receipt())
            try scribe.write()
            try log.read { reader in
                let before = try entries(reader, from: 0)
                try scribe.add(AggregateID("a", "1"), ["2"], id: "two", receipt: LogScribe.receipt())
                scribe.commit.writes = [TableWrite(.sagas, key: [1], value: [1])]
                try scribe.write()
                try same(try entries(reader, from: 0), before, "entries")
                try same(reader.head.position, 1, "head")
                try same(try reader.stream(AggregateID("a", "1"))?.version, 1, "version")
                try require(try reader.receipt("two") == nil, "a later receipt is seen")
                try require(try reader.value(.sagas, [1]) == nil, "a later row is seen")
            }
            try same(try log.read { try $0.stream(AggregateID("a", "1"))?.version }, 2, "version in a new view")
        },
    ]

    static func entries(_ reader: any LogReader, from position: UInt64, backwards: Bool = false) throws -> [Entry] {
        var found: [Entry] = []
        try reader.visitLog(from: position, backwards: backwards) { entry in
            found.append(entry)
            return true
        }
        return found
    }

    static func entries(_ reader: any LogReader, after key: LogKey?) throws -> [Entry] {
        var found: [Entry] = []
        try reader.visitLog(after: key) { entry in
            found.append(entry)
            return true
        }
        return found
    }
}
