/// Why a JSON value is not the Swift value asked for (or the other way round), and in which field.
public struct JSONCodingError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Step: Equatable, Sendable {
        case key(String)
        case index(Int)
    }

    /// From the outermost value inwards; empty for the value itself.
    public let path: [Step]
    /// The rest of a sentence that begins with the field: `is missing`.
    public let problem: String

    public init(path: [Step] = [], _ problem: String) {
        self.path = path
        self.problem = problem
    }

    /// `field 'items[2].amount' is missing`.
    public var message: String { path.isEmpty ? "the value \(problem)" : "field '\(field)' \(problem)" }
    public var description: String { message }

    private var field: String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// The same problem seen from the value that holds this one. Paths are built while unwinding, so success pays nothing.
    func inside(_ outer: [Step]) -> JSONCodingError { JSONCodingError(path: outer + path, problem) }

    static func mismatch(_ expected: String, _ found: JSON) -> JSONCodingError {
        JSONCodingError("must be \(expected), not \(found.kind)")
    }
}

extension JSONCodingError {
    /// The same problem in our words: what the standard library and hand-written conformances throw.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(path: JSONCodingError.steps(context.codingPath + [key]), "is missing")
        case .valueNotFound(_, let context):
            self.init(path: JSONCodingError.steps(context.codingPath), "is missing")
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            self.init(path: JSONCodingError.steps(context.codingPath), "is not valid: \(context.debugDescription)")
        @unknown default: self.init("is not valid: \(error)")
        }
    }

    static func steps(_ path: [any CodingKey]) -> [Step] {
        path.map { key in key.intValue.map { .index($0) } ?? .key(key.stringValue) }
    }

    /// Runs `body`, and tells its error from where `path` stands.
    @inline(__always)
    static func located<T>(at path: @autoclosure () -> [Step], _ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as JSONCodingError {
            throw error.inside(path())
        } catch let error as DecodingError {
            throw JSONCodingError(error).inside(path())
        }
    }
}

/// A coding key made of text or a number.
struct AnyCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }

    init(_ step: JSONCodingError.Step) {
        switch step {
        case .key(let key): self.init(stringValue: key)
        case .index(let index): self.init(intValue: index)
        }
    }
}
