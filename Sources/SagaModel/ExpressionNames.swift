/// What an expression may begin with.
public enum ExpressionNames: Sendable {
    /// `input`, `saga` and `steps.<name>`.
    case saga(StepNames)
    case records([Record])

    /// An object by its name: `task.input`.
    public struct Record: Sendable {
        public let name: String
        /// Nil: it may have any.
        public let fields: [String]?

        public init(_ name: String, fields: [String]? = nil) {
            self.name = name
            self.fields = fields
        }
    }
}
