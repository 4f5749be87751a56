public import Kernel

/// What is known of the aggregates a definition may send commands to.
public protocol AggregateCatalog: Sendable {
    /// Names of the known types, for suggestions.
    var aggregateTypes: [String] { get }
    /// Names of a type's commands, for suggestions; may be empty.
    func commandNames(of type: String) -> [String]
    func find(_ command: String, of type: String) -> CommandFinding
    /// Whether workers have offered to decide for this type; asked of types that are not compiled in.
    func isRemote(_ type: String) -> Bool
}

extension AggregateCatalog {
    public func isRemote(_ type: String) -> Bool { false }
}

public enum CommandFinding: Sendable, Equatable {
    case unknownType
    case unknownCommand
    /// The type is decided for by a worker, whose commands nobody here knows.
    case unchecked
    case fields([CommandField])
}
