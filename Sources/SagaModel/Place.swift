import Kernel

/// Where something stands in a definition's text.
public struct Place: Sendable, Equatable {
    /// From 1.
    public let line: Int
    /// From 1, counted in Unicode scalars.
    public let column: Int
    /// As a JSON path: `$.steps.hotel.needs[0]`.
    public let path: String

    public init(line: Int, column: Int, path: String) {
        self.line = line
        self.column = column
        self.path = path
    }
}

extension Place {
    /// The JSON path of a member: `$.a.b`, `$["a b"]`.
    public static func path(_ path: String, _ key: String) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
        }
        return isPlain && !key.isEmpty ? "\(path).\(key)" : "\(path)[\(JSON.string(key).text)]"
    }
}
