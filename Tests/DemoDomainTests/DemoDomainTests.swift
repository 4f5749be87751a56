import DemoDomain
import Foundation
import Kernel
import Testing

/// Rows of the page: each aggregate, its commands and their fields.
private let page: [(type: String, commands: [(name: String, fields: [String])])] = [
    (
        "account",
        [
            ("open", ["owner: string"]), ("deposit", ["amount: integer"]), ("withdraw", ["amount: integer"]),
            ("hold", ["hold: string", "amount: integer"]), ("capture", ["hold: string"]), ("release", ["hold: string"]),
            ("close", []),
        ]
    ),
    ("auction", [("open", ["reserve: integer"]), ("bid", ["bidder: string", "amount: integer"]), ("complete", [])]),
    ("card", [("issue", ["limit: integer"]), ("charge", ["amount: integer"]), ("refund", ["charge: string"])]),
    ("counter", [("add", ["n: integer", "note: string?"]), ("burst", ["n: integer"]), ("crash", [])]),
    ("flight", [("schedule", ["seats: integer"]), ("book", ["passenger: string"]), ("cancel", ["booking: string"])]),
    (
        "hotel",
        [("stock", ["rooms: integer"]), ("reserve", ["guest: string", "nights: integer"]), ("release", ["reservation: string"])]
    ),
]

@Suite struct `The demo domain` {
    @Test func `has the aggregates, commands and fields of its page`() throws {
        let registry = try Registry(DemoDomain.handlers)
        #expect(registry.types == page.map(\.type))
        for (type, commands) in page {
            let handler = try #require(registry[type])
            #expect(handler.commandNames == commands.map(\.name))
            for (name, fields) in commands {
                let found = handler.fields(name)?.map { "\($0.name): \($0.kind)\($0.isRequired ? "" : "?")" }
                #expect(found == fields, "\(type).\(name)")
            }
        }
    }

    @Test func `docs/demo-domain.md has a row for each command, with its fields`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/demo-domain.md"), encoding: .utf8)
        var rows = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
                $0.split(separator: "|").prefix(2).joined(separator: "|")
            })
        for handler in DemoDomain.handlers {
            for name in handler.commandNames {
                let fields = try #require(handler.fields(name)).map { "\($0.name)\($0.isRequired ? "" : "?")" }
                let row = " `\(handler.type)` | `\(name) {\(fields.joined(separator: ", "))}` "
                #expect(rows.remove(row) != nil, "\(row)")
            }
        }
        #expect(rows.isEmpty, "rows of commands that are not there")
    }

    @Test func `missing and ill-typed fields are malformed, and the field is named`() throws {
        for handler in DemoDomain.handlers {
            for name in handler.commandNames {
                let required = try #require(handler.fields(name)).filter(\.isRequired)
                guard let first = required.first else { continue }
                let call = CommandCall(name: name, body: [:], key: "k", version: 0, expected: nil)
                #expect(handler.decide(call, handler.initial) == .malformed("field '\(first.name)' is missing"))
                let wrong = CommandCall(name: name, body: [first.name: true] as JSON, key: "k", version: 0, expected: nil)
                let kind = first.kind == .string ? "a string" : "an integer"
                #expect(
                    handler.decide(wrong, handler.initial) == .malformed("field '\(first.name)' must be \(kind), not a boolean"))
            }
        }
    }

    /// AK-02: two replicas, one going through JSON after every event, give the same bytes.
    @Test func `AK-02: two replicas fed the same log give byte-equal state`() throws {
        for handler in DemoDomain.handlers {
            let log = Script.run(handler, seed: 7)
            #expect(log.count > 50, "\(handler.type)")
            var direct = handler.initial
            var hopping = handler.initial
            for event in log {
                try handler.evolve(&direct, event)
                try handler.evolve(&hopping, event)
                hopping = try handler.decode(try JSON.parse(try handler.encode(hopping).bytes))
            }
            let bytes = try handler.encode(direct).bytes
            #expect(bytes == (try handler.encode(hopping).bytes), "\(handler.type)")
            #expect(try handler.encode(direct) != (try handler.encode(handler.initial)), "\(handler.type)")
        }
    }

    @Test func `AK-02: the same commands give the same log`() {
        for handler in DemoDomain.handlers {
            #expect(Script.run(handler, seed: 3) == Script.run(handler, seed: 3), "\(handler.type)")
            #expect(Script.run(handler, seed: 3) != Script.run(handler, seed: 4), "\(handler.type)")
        }
    }
}

/// A run of commands that look random and are the same each time.
private enum Script {
    static func run(_ handler: AggregateHandler, seed: UInt64) -> [StoredEvent] {
        var numbers = seed
        func next(_ below: UInt64) -> UInt64 {
            numbers = numbers &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (numbers >> 33) % below
        }
        var state = handler.initial
        var log: [StoredEvent] = []
        for step in 0..<400 {
            let name = handler.commandNames[Int(next(UInt64(handler.commandNames.count)))]
            guard name != "close" && name != "complete" || log.count > 60 else { continue }
            var body = JSONObject()
            for field in handler.fields(name) ?? [] {
                let number = JSON.int(field.name == "limit" ? 1_000_000 : Int64(step) + Int64(next(4)))
                let prefix = ["reservation": "r", "booking": "b", "charge": "c"][field.name]
                let word = JSON.string("\(prefix ?? "x")-\(next(prefix == nil ? 12 : UInt64(log.count + 1)))")
                body.append(field.name, field.kind == .integer ? number : word)
            }
            let call = CommandCall(name: name, body: .object(body), key: "k", version: UInt64(log.count), expected: nil)
            guard case .accepted(let events, _) = handler.decide(call, state) else { continue }
            for event in events.prefix(20) {
                log.append(event)
                do { try handler.evolve(&state, event) } catch { Issue.record(error) }
            }
        }
        return log
    }
}
