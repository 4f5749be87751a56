public import Kernel

/// A compiled input schema: the draft-07 subset of SAGAS section 8.
public struct Schema: Sendable {
    /// The schema as written, for views.
    public let source: JSON

    init(source: JSON) { self.source = source }
}
