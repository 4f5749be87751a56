/// How many bytes a value's text has.
enum JSONSize {
    static func of(_ json: JSON) -> Int {
        switch json {
        case .null: 4
        case .bool(let value): value ? 4 : 5
        case .int(let value): (value < 0 ? 1 : 0) + digits(value.magnitude)
        case .double(let value): value.isFinite ? value.description.utf8.count : 4
        case .string(let value): of(value)
        case .array(let elements): elements.reduce(1 + max(1, elements.count)) { $0 + of($1) }
        case .object(let object): object.members.reduce(1 + max(1, object.count)) { $0 + of($1.key) + 1 + of($1.value) }
        }
    }

    private static func of(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            bytes.count + 2 + (JSONEscape.isPlain(bytes) ? 0 : bytes.reduce(0) { $0 + JSONEscape.growth($1) })
        }
    }

    static func digits(_ value: UInt64) -> Int {
        var (count, rest) = (1, value / 10)
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }
}
