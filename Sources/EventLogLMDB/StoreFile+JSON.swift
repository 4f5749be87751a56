import EventLog
import Kernel

extension StoreFile {
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes), let uuid = json["uuid"]?.stringValue, !uuid.isEmpty,
            let format = json["format"]?.intValue, (1...Int64(Int32.max)).contains(format),
            let created = json["created"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(identity: StoreIdentity(uuid: uuid, created: created), format: Int(format))
    }

    var bytes: [UInt8] {
        let created = JSON.string(identity.created.description)
        let json: JSON = ["uuid": .string(identity.uuid), "format": .int(Int64(format)), "created": created]
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// A store's identity from the clock and the system's randomness.
    static func newIdentity() -> StoreIdentity {
        // why: a store's name is made once and must be like no other; a simulation names its own.
        var random = SystemRandomNumberGenerator()
        let now = Timestamp(milliseconds: FileSystem.now())
        return StoreIdentity(uuid: UUIDv7.text(time: now, random: (random.next(), random.next())), created: now)
    }
}
