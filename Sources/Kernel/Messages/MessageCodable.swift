/// A command or event that spells its coding out, for types whose speed counts: several times faster than what the compiler
/// writes for `Codable`, and the same JSON.
///
///     extension Counter.Event: MessageCodable {
///         init?(name: String, fields: FieldReader) throws {
///             switch name {
///             case "added": self = .added(n: try fields.decode("n"), note: try fields.decodeIfPresent("note"))
///             default: return nil
///             }
///         }
///
///         func encode(to fields: inout FieldWriter) throws -> String {
///             switch self {
///             case .added(let n, let note):
///                 fields.encode(n, "n")
///                 fields.encodeIfPresent(note, "note")
///                 return "added"
///             }
///         }
///     }
///
/// `Codable` stays: it tells the fields of a command to people and checkers. `given(…)` of SkaldTesting holds the two to each other.
public protocol MessageCodable: Sendable {
    /// Nil when the type has no case of this name on the wire.
    init?(name: String, fields: FieldReader) throws
    /// Answers the case's name on the wire.
    func encode(to fields: inout FieldWriter) throws -> String
    /// `init(name:fields:)` for who knows the type at run time alone; nobody has to write it.
    static func read(_ name: String, _ fields: FieldReader) throws -> Self
}

extension MessageCodable {
    // Inlinable, to be compiled where the type is known: at run time its optional costs more than all that is read.
    @inlinable
    public static func read(_ name: String, _ fields: FieldReader) throws -> Self {
        guard let message = try Self(name: name, fields: fields) else { throw MessageError.unknownName(name) }
        return message
    }
}
