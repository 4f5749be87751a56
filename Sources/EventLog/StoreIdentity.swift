public import Kernel

/// Which store this is, wherever its files are copied.
public struct StoreIdentity: Sendable, Equatable {
    /// A UUID; event ids are `<uuid>-<position>`.
    public let uuid: String
    public let created: Timestamp

    public init(uuid: String, created: Timestamp) {
        self.uuid = uuid
        self.created = created
    }
}
