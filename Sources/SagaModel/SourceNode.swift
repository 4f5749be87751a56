public import Kernel

/// A value of a definition's text with its place, whatever the text's format was.
public struct SourceNode: Sendable {
    public enum Value: Sendable {
        case scalar(JSON)
        case list([SourceNode])
        case map([SourcePair])
    }

    public let place: Place
    public let value: Value
    /// Where the characters of a string stand; empty when each follows the one before from `place` on.
    public let runs: [TextRun]
    /// A YAML scalar without quotes, which `: `, ` #` or a bracket may have cut short.
    public let isUnquoted: Bool

    public init(place: Place, value: Value, runs: [TextRun] = [], isUnquoted: Bool = false) {
        self.place = place
        self.value = value
        self.runs = runs
        self.isUnquoted = isUnquoted
    }

    /// The value without its places.
    public var json: JSON {
        switch value {
        case .scalar(let value): value
        case .list(let elements): .array(elements.map(\.json))
        case .map(let pairs): .object(JSONObject(uniqueKeysWithValues: pairs.map { ($0.key, $0.value.json) }))
        }
    }

    public var string: String? { if case .scalar(.string(let text)) = value { text } else { nil } }
    public var pairs: [SourcePair]? { if case .map(let pairs) = value { pairs } else { nil } }
    public var elements: [SourceNode]? { if case .list(let elements) = value { elements } else { nil } }
    public func pair(_ key: String) -> SourcePair? { pairs?.first { $0.key == key } }

    /// The word for this kind of value in messages to people.
    public var kind: String {
        switch value {
        case .scalar(let value): value.kind
        case .list: "a list"
        case .map: "an object"
        }
    }

    /// The place of the character at a UTF-8 offset of this string.
    public func place(at offset: Int) -> Place {
        guard let text = string else { return place }
        let run = runs.last { $0.offset <= offset } ?? TextRun(offset: 0, line: place.line, column: place.column)
        let between = text.utf8.dropFirst(run.offset).prefix(max(0, offset - run.offset))
        // Every byte that does not continue a scalar begins one.
        let scalars = between.count { $0 & 0xC0 != 0x80 }
        return Place(line: run.line, column: run.column + scalars, path: place.path)
    }
}

/// One member of a map, in the order written.
public struct SourcePair: Sendable {
    public let key: String
    /// The place of the key itself.
    public let place: Place
    public let value: SourceNode

    public init(key: String, place: Place, value: SourceNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}

/// From this offset of a string on, each character stands one column behind the one before.
public struct TextRun: Sendable, Equatable {
    /// UTF-8 offset in the string.
    public let offset: Int
    public let line: Int
    public let column: Int

    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}
