import EventLog
import Kernel

/// A cached state: a shortcut for hydration that may be dropped at any time.
struct Snapshot {
    let head: StreamHead
    let schema: Int
    let state: JSON

    init(head: StreamHead, schema: Int, state: JSON) {
        self.head = head
        self.schema = schema
        self.state = state
    }

    static func key(_ id: AggregateID) -> [UInt8] { Array("\(id.type)/\(id.key)".utf8) }

    /// CRC32C of the rest (4 bytes, little-endian), then JSON.
    var bytes: [UInt8] {
        let json: JSON = [
            "version": .int(Int64(head.version)), "position": .int(Int64(head.position)),
            "entry": .int(Int64(head.entryPosition)), "schema": .int(Int64(schema)), "state": state,
        ]
        let body = json.bytes
        let crc = CRC32C.checksum(body)
        return (0..<4).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) } + body
    }

    /// nil for anything damaged: the events are read instead.
    init?(bytes: [UInt8]) {
        guard bytes.count > 4 else { return nil }
        let body = bytes[4...]
        let crc = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << (8 * UInt32($1)) }
        guard CRC32C.checksum(Array(body)) == crc, let json = try? JSON.parse(body, maximumDepth: JSON.storedDepth),
            let version = json["version"]?.intValue,
            let position = json["position"]?.intValue, let entry = json["entry"]?.intValue, let schema = json["schema"]?.intValue,
            let state = json["state"]
        else { return nil }
        head = StreamHead(version: UInt64(version), position: UInt64(position), entryPosition: UInt64(entry))
        self.schema = Int(schema)
        self.state = state
    }
}
