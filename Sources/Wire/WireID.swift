import Kernel

/// The id of a message: as meant, and as written, because answers carry it back byte for byte.
public struct WireID: Sendable, Hashable, CustomStringConvertible {
    /// Decoded: 1…64 bytes of UTF-8 without control characters. Two ids are the same when the bytes of their texts are.
    public let text: String
    /// As it stands in the header line, where that is another text.
    private let encoded: String?

    /// As it stands in the header line: printable ASCII without spaces.
    public var raw: String { encoded ?? text }

    /// An id of ours. Nil when `text` cannot be one: empty, over 64 bytes, beginning with `$`, or with control characters.
    public init?(_ text: String) {
        guard WireID.problem(with: text) == nil, !text.utf8.containsControl else { return nil }
        let raw = Word.encode(text)
        self.init(text: text, encoded: raw.hasBytes(of: text) ? nil : raw)
    }

    init(text: String, encoded: String?) {
        self.text = text
        self.encoded = encoded
    }

    public var description: String { text }

    public static func == (left: WireID, right: WireID) -> Bool { left.text.hasBytes(of: right.text) }
    public func hash(into hasher: inout Hasher) { ByteKey(text).hash(into: &hasher) }

    /// Why a decoded word is not an id, or nil when it is one.
    static func problem(with text: String) -> String? {
        let bytes = text.utf8
        if bytes.isEmpty || bytes.count > WireLimits.id {
            return "the id has \(bytes.count) bytes; 1 to \(WireLimits.id) are allowed"
        }
        if bytes.first == UInt8(ascii: "$") { return "ids that begin with '$' are the system's" }
        return nil
    }
}
