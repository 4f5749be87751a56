import Kernel

/// What came of one task.
enum Outcome: Equatable {
    case done(result: JSON, undo: JSON?)
    case refused(code: String, message: String)
    case notNow(after: Int64)
    case unknown(message: String)
    /// Nothing within so many milliseconds.
    case silent(Int64)
    /// Whoever held it is gone.
    case lost(String)
    /// A `done` that no server could read.
    case unreadable(String)

    private static let shown = 48

    /// Reads the body of a `done` as the server does.
    init(body: [UInt8]) {
        do {
            guard case .object(let object) = body.isEmpty ? [:] : try JSON.parse(body) else {
                self = .unreadable("done with a body that is no object")
                return
            }
            let result = object["result"] ?? .null
            self = .done(result: result.isNull ? [:] : result, undo: object["undo"].flatMap { $0.isNull ? nil : $0 })
        } catch {
            self = .unreadable("done with a body that is not JSON: \(error.message), at byte \(error.offset)")
        }
    }

    var isDone: Bool { if case .done = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }

    /// Whether a saga would send the same operation again.
    var isOpen: Bool {
        switch self {
        case .notNow, .unknown: true
        default: false
        }
    }

    var text: String {
        switch self {
        case .done(let result, _): "done \(Self.cut(result.text))"
        case .refused(let code, let message): message.isEmpty ? "refuse \(code)" : "refuse \(code): \(Self.cut(message))"
        case .notNow(let after): "retry \(after)"
        case .unknown(let message): message.isEmpty ? "unknown" : "unknown: \(Self.cut(message))"
        case .silent(let milliseconds): "no answer in \(Self.seconds(milliseconds))"
        case .lost(let why): "no answer: \(why)"
        case .unreadable(let why): why
        }
    }

    /// Whether `other` says the same, byte for byte.
    func isSame(as other: Outcome) -> Bool {
        switch (self, other) {
        case (.done(let result, let undo), .done(let otherResult, let otherUndo)):
            result.text == otherResult.text && undo?.text == otherUndo?.text
        case (.refused(let code, _), .refused(let otherCode, _)): code == otherCode
        default: false
        }
    }

    static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    private static func cut(_ text: String) -> String { text.count <= shown ? text : text.prefix(shown - 1) + "…" }
}
