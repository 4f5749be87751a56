public import Kernel
public import SagaModel

/// What reading a definition gave: the definition when nothing is wrong, else why not.
public struct DefinitionReading: Sendable {
    /// nil exactly when there are problems.
    public let definition: Definition?
    /// Known as soon as the text could be read, also of a definition that is refused.
    public let name: String?
    public let version: Int?
    /// The text as plain data: equal for equal definitions, whatever their format, comments and layout.
    public let document: JSON?
    /// The types of commands that could be cut elsewhere too, in order: read with them, they are cut there again, whatever is
    /// known then.
    public let types: [String]
    /// In the order of their place.
    public let problems: [Problem]
    public let warnings: [Problem]
}
